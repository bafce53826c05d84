import * as z from 'zod'
import type { SettingsManager } from '../core/settings.ts'
import { AppError } from '../errors/index.ts'
import type { AnyOperation } from '../operations/types.ts'
import { defineSystemOperation } from './context.ts'

const settingSchema = z.object({
  path: z.string().describe('Without the leading hwc.ai, e.g. local-workflows.api.port'),
  value: z.unknown(),
  default: z.unknown(),
  source: z
    .enum(['default', 'file', 'nix', 'environment', 'admin'])
    .describe('Where the value comes from; nix is a config file written by Nix'),
  description: z.string(),
  unit: z.string().nullable(),
  type: z.unknown().describe('What it can be'),
  example: z.unknown(),
  secret: z.boolean().describe('The value names a file that holds a secret'),
  restart: z.boolean().describe('A change takes effect at the next start'),
  locked: z.boolean().describe('Set by Nix, so that it can only be changed there'),
})

/** Where a value comes from, and whether it can be changed here. */
function sourceWords({ source, locked }: z.output<typeof settingSchema>): string {
  return locked ? 'set by Nix, read-only here' : source
}

const path = z
  .string()
  .min(1)
  .max(200)
  .describe('Path of the setting')
  .meta({ example: 'local-workflows.fileCleanup.watchDirs' })

/** Reading and changing settings. */
export const settingOperations: readonly AnyOperation[] = [
  defineSystemOperation({
    id: 'list_settings',
    title: 'Settings',
    description: 'Every setting of the hwc.ai tree with its value, where the value comes from, and what it means.',
    http: { method: 'GET', path: '/api/settings' },
    cli: {
      command: ['settings'],
      render: ({ settings }) =>
        settings.map((s) => `${s.path} = ${JSON.stringify(s.value)}  (${sourceWords(s)})`).join('\n'),
    },
    scope: 'admin',
    recorded: false,
    mutates: false,
    input: z.object({
      q: z.string().max(100).optional().describe('Only settings whose path or description holds this'),
    }),
    output: z.object({ settings: z.array(settingSchema) }),
    examples: [{ title: 'About the cleanup', input: { q: 'cleanup' } }],
    run: ({ q }, { app }) => {
      const wanted = q?.toLowerCase() ?? ''
      const settings = app.settingsManager
        .describe()
        .filter((s) => `${s.path} ${s.description}`.toLowerCase().includes(wanted))
      return Promise.resolve({ settings })
    },
  }),
  defineSystemOperation({
    id: 'set_setting',
    title: 'Change a setting',
    description:
      'Checks the value against the whole tree and keeps it. It goes before the config file and the environment; what Nix sets can only be changed in the Nix config.',
    http: { method: 'PUT', path: '/api/settings/:path' },
    cli: {
      command: ['settings', 'set'],
      positional: ['path', 'value'],
      render: (output) =>
        `${output.path} = ${JSON.stringify(output.value)}${output.restart ? '\nTakes effect at the next start of the server.' : ''}`,
    },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({ path, value: z.unknown().describe('The new value, as JSON') }),
    output: settingSchema,
    errors: ['settings-invalid', 'not-found', 'conflict'],
    examples: [
      {
        title: 'Allow a folder to be tidied',
        input: { path: 'local-workflows.fileCleanup.watchDirs', value: ['/srv/inbox'] },
      },
    ],
    run: async (input, { principal, app }) => {
      await app.settingsManager.set(input.path, input.value, principal.name)
      return one(app.settingsManager, input.path)
    },
  }),
  defineSystemOperation({
    id: 'reset_setting',
    title: 'Undo a change to a setting',
    description: 'Forgets the value that was set here; the config file, the environment or the default decides again.',
    http: { method: 'DELETE', path: '/api/settings/:path' },
    cli: { command: ['settings', 'reset'], positional: ['path'] },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({ path }),
    output: settingSchema,
    errors: ['not-found'],
    examples: [
      { title: 'The watched folders as configured', input: { path: 'local-workflows.fileCleanup.watchDirs' } },
    ],
    run: async (input, { app }) => {
      await app.settingsManager.reset(input.path)
      return one(app.settingsManager, input.path)
    },
  }),
]

function one(manager: SettingsManager, wanted: string): z.output<typeof settingSchema> {
  const found = manager.describe().find((s) => s.path === wanted)
  if (found === undefined) throw new AppError('not-found', `There is no setting ${wanted}.`)
  return found
}
