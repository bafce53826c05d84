/** The parts of `local-workflows` that are about the server rather than about one workflow. */
import { setting, t } from './types.ts'

export const backend = {
  type: setting(t.enumOf('ollama', 'openai-compatible', 'built-in'), 'ollama', {
    description: 'Kind of model server that the workflows use; built-in needs none and does without a model.',
    example: 'openai-compatible',
    restart: true,
  }),
  endpoint: setting(t.nullOr(t.url), null, {
    description: 'Address of the model server; without one, the Ollama address is used.',
    example: 'http://127.0.0.1:8080/v1',
    restart: true,
  }),
  apiKeyFile: setting(t.nullOr(t.path), null, {
    description: 'File that holds the key for the model server, where it asks for one.',
    example: '/run/secrets/model-server-key',
    secret: true,
    restart: true,
  }),
  concurrency: setting(t.int(1, 64), 1, {
    description: 'How many answers are generated at the same time.',
    unit: 'requests',
    example: 2,
    restart: true,
  }),
  maxWaiting: setting(t.int(0, 10_000), 16, {
    description: 'How many requests may wait for the model; further ones are told to come back later.',
    unit: 'requests',
    example: 32,
    restart: true,
  }),
  firstTokenTimeout: setting(t.int(1, 3600), 120, {
    description: 'How long the model may take until the first word of an answer, loading included.',
    unit: 'seconds',
    example: 300,
    restart: true,
  }),
}

export const api = {
  enable: setting(t.bool, true, {
    description: 'Whether the service offers its API and pages over HTTP.',
    example: true,
    restart: true,
  }),
  host: setting(t.str, '127.0.0.1', {
    description: 'Address on which the server listens; any but this machine itself needs allowNonLoopback.',
    example: '127.0.0.1',
    restart: true,
  }),
  port: setting(t.port, 6021, {
    description: 'Port on which the server listens; 0 takes a free one.',
    unit: 'port',
    example: 6021,
    restart: true,
  }),
  allowNonLoopback: setting(t.bool, false, {
    description: 'Whether the server may listen on an address that other machines reach.',
    example: true,
    restart: true,
  }),
  allowedHosts: setting(
    t.listOf(t.strMatching('[^\\s/:@]+|\\[[0-9A-Fa-f:]+\\]', 'a host name without scheme and port')),
    [],
    {
      description:
        'Further names under which the server is reached, as a proxy or browser sends them in the Host header.',
      example: ['ai.example.lan'],
      restart: true,
    },
  ),
  sessionHours: setting(t.int(1, 8760), 168, {
    description: 'How long a sign-in to the pages lasts.',
    unit: 'hours',
    example: 24,
  }),
  maxBodyBytes: setting(t.int(1024, 1_073_741_824), 8 * 1024 * 1024, {
    description: 'Largest request body that the server reads.',
    unit: 'bytes',
    example: 1_048_576,
    restart: true,
  }),
  rateLimit: setting(t.int(0, 1_000_000), 0, {
    description: 'Most requests that one key may send in a minute; 0 sets no limit.',
    unit: 'requests per minute',
    example: 600,
  }),
}

export const runs = {
  retentionDays: setting(t.int(0, 36_500), 90, {
    description: 'Age after which a run is removed from the history; 0 keeps them for ever.',
    unit: 'days',
    example: 365,
  }),
  keepOutputsDays: setting(t.int(0, 36_500), 30, {
    description:
      'Age after which the result of a run is removed while its figures stay; 0 keeps it as long as the run.',
    unit: 'days',
    example: 7,
  }),
}

export const scheduler = {
  enable: setting(t.bool, true, {
    description: 'Whether the server starts the scheduled runs itself; off where systemd timers start them.',
    example: false,
    restart: true,
  }),
}

export const nixExport = {
  allowedDirs: setting(t.listOf(t.path), [], {
    description:
      'Folders into which the Nix export may be written over HTTP, beside nix-export in the state folder; the command line needs no leave.',
    example: ['/srv/nixos'],
  }),
}
