import { Section, setting, t } from './types.ts'

const mapping = t.submodule({
  local: setting(t.nullOr(t.str), null, {
    description: 'Local model that stands behind the name.',
    example: 'llama3.2:3b',
  }),
  cloud: setting(t.nullOr(t.strMatching('[a-z][a-z0-9-]*:\\S+', 'provider:model, such as openai:gpt-4o-mini')), null, {
    description: 'Cloud model that stands behind the name, as provider:model.',
    example: 'openai:gpt-4o-mini',
  }),
  preferLocal: setting(t.bool, true, {
    description: 'Whether the local model is tried before the cloud model.',
    example: false,
  }),
})

export const router = new Section('Router', 'One address that speaks to local and cloud models alike.', {
  enable: setting(t.bool, false, { description: 'Whether the router is run.', example: true }),
  port: setting(t.port, 11435, { description: 'Port on which the router listens.', unit: 'port', example: 11435 }),
  host: setting(t.str, '127.0.0.1', { description: 'Address on which the router listens.', example: '127.0.0.1' }),
  ollamaEndpoint: setting(t.url, 'http://127.0.0.1:11434', {
    description: 'Address of the Ollama server behind the router.',
    example: 'http://127.0.0.1:11434',
  }),
  routing: {
    strategy: setting(t.enumOf('local-first', 'cloud-first', 'cost-optimized', 'latency-optimized'), 'local-first', {
      description: 'How the router chooses between models that could answer.',
      example: 'cost-optimized',
    }),
    localTimeout: setting(t.int(1, 3600), 30, {
      description: 'How long a local model may take before the router goes on to the next.',
      unit: 'seconds',
      example: 60,
    }),
    cloudTimeout: setting(t.int(1, 3600), 60, {
      description: 'How long a cloud model may take before the router goes on to the next.',
      unit: 'seconds',
      example: 120,
    }),
  },
  modelMappings: setting(
    t.attrsOf(mapping),
    {},
    {
      description: 'Names that callers may ask for, and the models that stand behind each.',
      example: { small: { local: 'llama3.2:3b', cloud: 'openai:gpt-4o-mini', preferLocal: true } },
    },
  ),
  logging: {
    level: setting(t.enumOf('DEBUG', 'INFO', 'WARNING', 'ERROR'), 'INFO', {
      description: 'Least important kind of message that the router logs.',
      example: 'DEBUG',
    }),
    logRequests: setting(t.bool, true, {
      description: 'Whether each request is logged, without what was said in it.',
      example: false,
    }),
  },
})
