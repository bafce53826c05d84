import { api, backend, nixExport, runs, scheduler } from './local-workflows-server.ts'
import { Section, setting, t } from './types.ts'

/** Logs that a journal entry can be written from. */
export const JOURNAL_SOURCES = ['systemd-journal', 'container-logs', 'nixos-rebuilds', 'backup-reports'] as const

const SYSTEM_PROMPT =
  'You are a helpful assistant on a home server. Answer briefly and plainly. When you do not know, say so. Never claim to have run a command.'

export const localWorkflows = new Section('Workflows', 'The server of this app and the four workflows it runs.', {
  enable: setting(t.bool, false, {
    description: 'Whether this machine runs the workflows server as a service.',
    example: true,
  }),
  ollamaEndpoint: setting(t.url, 'http://127.0.0.1:11434', {
    description: 'Address of the Ollama server that the workflows use.',
    example: 'http://127.0.0.1:11434',
    restart: true,
  }),
  backend,
  logDir: setting(t.path, '/var/log/hwc-ai', {
    description: 'Folder for the log files of the service.',
    example: '/var/log/hwc-ai',
    restart: true,
  }),
  logLevel: setting(t.enumOf('debug', 'info', 'warn', 'error'), 'info', {
    description: 'Least important kind of message that is still logged.',
    example: 'debug',
  }),
  api,
  runs,
  scheduler,
  nixExport,
  fileCleanup: {
    enable: setting(t.bool, false, {
      description: 'Whether the watched folders are tidied on the schedule; it can be run by hand either way.',
      example: true,
    }),
    watchDirs: setting(t.listOf(t.pathStr), [], {
      description: 'Folders that may be tidied, and that the schedule tidies; nothing outside them is ever touched.',
      example: ['~/Downloads', '/srv/inbox'],
    }),
    rulesDir: setting(t.nullOr(t.path), null, {
      description: 'Folder with rules of your own as YAML files; without one, the built-in rules decide.',
      example: '/etc/hwc-ai/rules',
    }),
    schedule: setting(t.onCalendar, '*:0/30', {
      description: 'When the watched folders are tidied.',
      unit: 'calendar event',
      example: 'hourly',
    }),
    model: setting(t.str, 'qwen2.5-coder:3b', {
      description: 'Model that decides about the files that no rule matches.',
      example: 'llama3.2:3b',
    }),
    dryRun: setting(t.bool, true, {
      description: 'Whether a scheduled run only plans the moves and leaves applying them to you.',
      example: false,
    }),
  },
  journaling: {
    enable: setting(t.bool, false, {
      description: 'Whether a journal entry is written on the schedule; it can be run by hand either way.',
      example: true,
    }),
    outputDir: setting(t.path, '$STATE/journal', {
      description: 'Folder into which the journal entries are written.',
      example: '/srv/journal',
    }),
    sources: setting(t.listOf(t.enumOf(...JOURNAL_SOURCES)), ['systemd-journal', 'container-logs', 'nixos-rebuilds'], {
      description: 'Logs that an entry is written from.',
      example: ['systemd-journal', 'backup-reports'],
    }),
    logFiles: setting(t.listOf(t.path), [], {
      description: 'Further log files that an entry is written from.',
      example: ['/var/log/nginx/error.log'],
    }),
    backupReportsDir: setting(t.nullOr(t.path), null, {
      description: 'Folder with the reports of the backups, for the source backup-reports.',
      example: '/var/log/backups',
    }),
    schedule: setting(t.onCalendar, 'daily', {
      description: 'When an entry is written; a schedule without a time of day uses the one below.',
      unit: 'calendar event',
      example: 'Mon..Fri',
    }),
    timeOfDay: setting(t.timeOfDay, '02:00', {
      description: 'Local time of day for a schedule that names days only.',
      unit: 'time of day',
      example: '06:30',
    }),
    model: setting(t.str, 'llama3.2:3b', {
      description: 'Model that words the summary of an entry.',
      example: 'qwen2.5-coder:3b',
    }),
    retentionDays: setting(t.int(0, 36_500), 90, {
      description: 'Age after which an entry is removed; 0 keeps them for ever.',
      unit: 'days',
      example: 365,
    }),
  },
  autoDoc: {
    enable: setting(t.bool, false, {
      description:
        'Whether documenting source files is offered as a service of this machine; it can be run by hand either way.',
      example: true,
    }),
    model: setting(t.str, 'qwen2.5-coder:3b', {
      description: 'Model that explains the source files.',
      example: 'llama3.2:3b',
    }),
    templates: setting(t.nullOr(t.path), null, {
      description: 'Folder with templates of your own for the documents; without one, the built-in templates are used.',
      example: '/etc/hwc-ai/templates',
    }),
    allowedDirs: setting(t.listOf(t.path), [], {
      description: 'Folders whose files callers of the API may have documented; nothing outside them is read.',
      example: ['/srv/projects'],
    }),
  },
  chatCli: {
    enable: setting(t.bool, false, {
      description:
        'Whether the chat command is installed for the users of this machine; it can be run by hand either way.',
      example: true,
    }),
    model: setting(t.str, 'phi3.5:3.8b', { description: 'Model that a new chat begins with.', example: 'llama3.2:3b' }),
    historyFile: setting(t.path, '$STATE/hwc-ai.sqlite', {
      description: 'SQLite file in which the conversations are kept; by default the store of the app itself.',
      example: '/srv/chat/history.db',
      restart: true,
    }),
    maxHistoryLines: setting(t.int(1, 100_000), 1000, {
      description:
        'Most messages kept over all conversations, the longest unused going first, and most of one that a model is given.',
      unit: 'messages',
      example: 200,
    }),
    maxAnswerTokens: setting(t.int(0, 1_000_000), 8192, {
      description:
        'Most tokens of one answer with the thoughts before it: small models can repeat themselves without end. 0 leaves the end to the model and its server.',
      unit: 'tokens',
      example: 2048,
    }),
    systemPrompt: setting(t.str, SYSTEM_PROMPT, {
      description: 'Instructions that every new conversation begins with.',
      example: 'Answer in German.',
    }),
    memory: setting(t.bool, true, {
      description:
        'Whether matching messages of earlier conversations are given to the model, and shown when they are.',
      example: false,
    }),
  },
})
