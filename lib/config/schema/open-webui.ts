import { Section, required, setting, t } from './types.ts'

const tool = t.submodule({
  url: required(t.url, {
    description: 'Address of the tool server as Open WebUI reaches it.',
    example: 'http://host.containers.internal:6021',
  }),
  path: setting(t.str, 'openapi.json', {
    description: 'Path of the OpenAPI document below the address; left unused by MCP servers.',
    example: 'openapi.json',
  }),
  type: setting(t.enumOf('openapi', 'mcp'), 'openapi', {
    description: 'Protocol that the tool server speaks.',
    example: 'mcp',
  }),
  authType: setting(t.enumOf('bearer', 'session', 'none'), 'bearer', {
    description: 'How Open WebUI proves itself to the tool server.',
    example: 'bearer',
  }),
  keyFile: setting(t.nullOr(t.path), null, {
    description: 'File that holds the key sent as a bearer token.',
    example: '/run/secrets/tool-key',
    secret: true,
  }),
  enable: setting(t.bool, true, { description: 'Whether the models may use this tool server.', example: false }),
  description: setting(t.str, '', {
    description: 'What the tool server is for, as people see it in Open WebUI.',
    example: 'Tidies folders and writes the journal.',
  }),
  access: setting(t.either(t.enumOf('private', 'public'), t.listOf(t.str)), 'private', {
    description: 'Who may use it: the administrators only, everyone, or the named groups.',
    example: ['family'],
  }),
})

export const openWebui = new Section('Open WebUI', 'The web chat of this machine and the tool servers it is given.', {
  enable: setting(t.bool, false, { description: 'Whether this machine runs Open WebUI.', example: true }),
  port: setting(t.port, 3001, { description: 'Port on which Open WebUI listens.', unit: 'port', example: 3001 }),
  ollamaEndpoint: setting(t.url, 'http://ollama:11434', {
    description: 'Address of Ollama as Open WebUI reaches it, from inside its container.',
    example: 'http://ollama:11434',
  }),
  dataDir: setting(t.path, '/var/lib/open-webui', {
    description: 'Folder in which Open WebUI keeps its data.',
    example: '/srv/open-webui',
  }),
  enableAuth: setting(t.bool, true, { description: 'Whether people have to sign in to Open WebUI.', example: true }),
  defaultModel: setting(t.str, 'phi3.5:3.8b', {
    description: 'Model that a new chat in Open WebUI begins with.',
    example: 'llama3.2:3b',
  }),
  enableRAG: setting(t.bool, true, {
    description: 'Whether Open WebUI searches uploaded documents to answer from them.',
    example: false,
  }),
  ragChunkSize: setting(t.int(100, 100_000), 1500, {
    description: 'Length of the pieces that documents are cut into for the search.',
    unit: 'characters',
    example: 1000,
  }),
  ragOverlap: setting(t.int(0, 50_000), 100, {
    description: 'How much of a piece is repeated in the next one.',
    unit: 'characters',
    example: 200,
  }),
  imageTag: setting(t.imageTag('v0.12.4'), 'v0.12.4', {
    description: 'Tag of the container image of Open WebUI; always a pinned version.',
    example: 'v0.12.4',
  }),
  extraEnv: setting(
    t.attrsOf(t.str),
    {},
    {
      description:
        'Further environment variables for the container; secrets do not belong here, since they would be readable by all.',
      example: { WEBUI_NAME: 'Home' },
    },
  ),
  healthCheck: {
    enable: setting(t.bool, true, {
      description: 'Whether it is checked regularly that Open WebUI answers.',
      example: true,
    }),
  },
  url: setting(t.nullOr(t.url), null, {
    description: 'Address at which this app reaches Open WebUI; without one, this host at the port above.',
    example: 'https://chat.example.lan',
  }),
  adminTokenFile: setting(t.nullOr(t.path), null, {
    description:
      'File that holds an API token of an Open WebUI administrator, with which the tool servers are registered.',
    example: '/run/secrets/open-webui-token',
    secret: true,
  }),
  selfUrl: setting(t.nullOr(t.url), null, {
    description:
      'Address at which Open WebUI reaches this app; without one, the address that this app listens on. A container needs the name of its host.',
    example: 'http://host.containers.internal:6021',
  }),
  toolAccess: setting(t.either(t.enumOf('private', 'public'), t.listOf(t.str)), 'private', {
    description:
      'Who may use the tools of this app in Open WebUI: the administrators only, everyone, or the named groups.',
    example: ['family'],
  }),
  toolTimeout: setting(t.int(1, 600), 20, {
    description: 'How long a call of one of our tools may take before it answers with the run it has begun.',
    unit: 'seconds',
    example: 60,
  }),
  tools: setting(
    t.attrsOf(tool),
    {},
    {
      description: 'Tool servers that Open WebUI offers to its models, by name.',
      example: {
        workflows: {
          url: 'http://host.containers.internal:6021',
          path: 'openapi.json',
          type: 'openapi',
          authType: 'bearer',
          keyFile: '/run/secrets/tool-key',
          enable: true,
          description: 'Tidies folders and writes the journal.',
          access: 'private',
        },
      },
    },
  ),
})
