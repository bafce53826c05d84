import { modelKey } from '../../models/name.ts'
import { Section, required, setting, t } from './types.ts'

const nameOf = (entry: string | { readonly name: string }) => (typeof entry === 'string' ? entry : entry.name)

/**
 * What the machine's own configuration declares stays as it is there; the admin can only add to it.
 * @returns the declared entries, then those of the admin that are not among them
 */
function keepDeclared<Entry extends string | { readonly name: string }>(
  declared: readonly Entry[],
  edited: readonly Entry[],
): readonly Entry[] {
  const known = new Set(declared.map((entry) => modelKey(nameOf(entry))))
  return [...declared, ...edited.filter((entry) => !known.has(modelKey(nameOf(entry))))]
}

const model = t.submodule({
  name: required(t.strMatching('\\S+', 'a model name without spaces'), {
    description: 'Name of the model in the Ollama library, with its tag.',
    example: 'qwen2.5-coder:3b',
  }),
  autoUpdate: setting(t.bool, true, {
    description: 'Whether a newer version is pulled when the library has one.',
    example: false,
  }),
  priority: setting(t.int(0, 100), 50, {
    description: 'Models with a lower number are pulled first.',
    unit: 'rank',
    example: 10,
  }),
})

export const ollama = new Section('Ollama', 'The Ollama model server of this machine.', {
  enable: setting(t.bool, false, { description: 'Whether this machine runs the Ollama server.', example: true }),
  port: setting(t.port, 11434, { description: 'Port on which Ollama listens.', unit: 'port', example: 11434 }),
  imageTag: setting(t.imageTag('0.17.4'), '0.17.4', {
    description: 'Tag of the container image of Ollama; always a pinned version.',
    example: '0.17.4',
  }),
  models: setting(t.listOf(t.either(t.str, model)), [], {
    description: 'Models that must be on this machine: a name, or a name with its update policy and pull order.',
    example: ['llama3.2:3b', { name: 'qwen2.5-coder:3b', autoUpdate: false, priority: 10 }],
    merge: keepDeclared,
  }),
  autoPull: setting(t.bool, true, {
    description: 'Whether wanted models that are missing, and newer versions, are pulled without being asked.',
    example: false,
  }),
  dataDir: setting(t.path, '/var/lib/ollama', {
    description: 'Folder in which Ollama keeps its models.',
    example: '/srv/ollama',
  }),
  insecureRegistries: setting(t.listOf(t.str), [], {
    description: 'Hosts of model registries that may be reached without TLS.',
    example: ['registry.lan:5000'],
  }),
  healthCheck: {
    enable: setting(t.bool, true, {
      description: 'Whether it is checked regularly that Ollama answers.',
      example: true,
    }),
    interval: setting(t.timeSpan, '5min', {
      description: 'Time between two checks that Ollama answers.',
      unit: 'time span',
      example: '10min',
    }),
  },
  modelValidation: {
    enable: setting(t.bool, true, {
      description: 'Whether each model must answer a test prompt after it was pulled.',
      example: true,
    }),
    testPrompt: setting(t.str, 'Hello', {
      description: 'Prompt that a freshly pulled model has to answer.',
      example: 'Say hello in one word.',
    }),
    timeout: setting(t.timeSpan, '5min', {
      description: 'How long a model may say nothing when it is tested, loading included.',
      unit: 'time span',
      example: '10min',
    }),
  },
  modelHealth: {
    enable: setting(t.bool, true, { description: 'Whether every model is tested once a day.', example: true }),
    schedule: setting(t.timeOfDay, '03:00', {
      description: 'Local time of day at which the models are tested.',
      unit: 'time of day',
      example: '04:30',
    }),
  },
  diskMonitoring: {
    enable: setting(t.bool, true, { description: 'Whether the disk that holds the models is watched.', example: true }),
    warnPercent: setting(t.int(1, 100), 80, {
      description: 'Share of the disk in use above which a warning is given.',
      unit: 'percent',
      example: 90,
    }),
    checkInterval: setting(t.timeSpan, '1h', {
      description: 'Time between two looks at the disk.',
      unit: 'time span',
      example: '30min',
    }),
  },
})
