import { Section, setting, t } from './types.ts'

export const cloud = new Section('Cloud models', 'Paid model services that may be used beside the local models.', {
  enable: setting(t.bool, false, {
    description: 'Whether anything may be sent to a cloud model at all.',
    example: true,
  }),
  openai: {
    enable: setting(t.bool, false, { description: 'Whether models of OpenAI may be used.', example: true }),
    apiKeyFile: setting(t.nullOr(t.path), null, {
      description: 'File that holds the API key of OpenAI.',
      example: '/run/secrets/openai-key',
      secret: true,
    }),
    organization: setting(t.nullOr(t.str), null, {
      description: 'Organization at OpenAI that the use is billed to.',
      example: 'org-1234',
    }),
    defaultModel: setting(t.str, 'gpt-4o-mini', {
      description: 'Model of OpenAI that is used where none is named.',
      example: 'gpt-4o-mini',
    }),
    endpoint: setting(t.url, 'https://api.openai.com/v1', {
      description: 'Address of the OpenAI API, or of a service that speaks it.',
      example: 'https://api.openai.com/v1',
    }),
  },
  anthropic: {
    enable: setting(t.bool, false, { description: 'Whether models of Anthropic may be used.', example: true }),
    apiKeyFile: setting(t.nullOr(t.path), null, {
      description: 'File that holds the API key of Anthropic.',
      example: '/run/secrets/anthropic-key',
      secret: true,
    }),
    defaultModel: setting(t.str, 'claude-haiku-4-5', {
      description: 'Model of Anthropic that is used where none is named.',
      example: 'claude-haiku-4-5',
    }),
    endpoint: setting(t.url, 'https://api.anthropic.com/v1', {
      description: 'Address of the Anthropic API.',
      example: 'https://api.anthropic.com/v1',
    }),
  },
  fallback: {
    enable: setting(t.bool, false, {
      description: 'Whether a cloud model answers when the local one does not.',
      example: true,
    }),
    preferLocal: setting(t.bool, true, {
      description: 'Whether the local model is always tried first.',
      example: true,
    }),
    timeout: setting(t.int(1, 3600), 30, {
      description: 'How long the first choice may take before the fallback is asked.',
      unit: 'seconds',
      example: 60,
    }),
  },
})
