/** Taking over the values of an evaluated configuration. */
import * as z from 'zod'
import { AppError } from '#lib/errors/index.ts'
import { defineSystemOperation, type SystemContext } from '#lib/system/context.ts'
import { planImport, readConfigFile } from '../import/index.ts'
import { renderImport } from './render-text.ts'
import { importSchema } from './schemas.ts'

const input = z.object({
  file: z
    .string()
    .min(1)
    .max(4096)
    .optional()
    .describe('File with the output of `nix eval --json`, or - for the standard input; on the command line only'),
  config: z.unknown().optional().describe('The same as JSON, in place of a file'),
  at: z
    .string()
    .max(200)
    .default('')
    .describe('Part of hwc.ai that was printed, such as open-webui; without one, the whole'),
  apply: z.boolean().default(false).describe('Make the changes, rather than only show them'),
})

function configOf({ file, config }: z.output<typeof input>, { principal }: SystemContext): unknown {
  if ((file === undefined) === (config === undefined))
    throw new AppError('invalid-input', 'Give either a file or the configuration itself.', {
      faults: [{ path: 'file', message: 'either this or config has to be given' }],
    })
  if (file === undefined) return config
  if (principal.kind !== 'local')
    throw new AppError('path-not-allowed', 'Over HTTP no file of the server is read.', {
      hint: 'Send the content of the file as config.',
    })
  return readConfigFile(file)
}

export const importOperation = defineSystemOperation({
  id: 'import_nix',
  title: 'Import from Nix',
  description:
    'Takes over the values of an evaluated configuration, as `nix eval --json` prints config.hwc.ai. Shows what would change; with apply, the values that differ from what is configured are stored as edited here, all of them or none. What is not in the input stays as it is.',
  http: { method: 'POST', path: '/api/nix/import' },
  cli: { command: ['nix', 'import'], positional: ['file'], render: renderImport },
  scope: 'admin',
  recorded: true,
  looksOnly: ({ apply }) => !apply,
  mutates: true,
  input,
  output: importSchema,
  errors: [
    'settings-invalid',
    'path-not-allowed',
    'path-not-found',
    'path-not-readable',
    'not-a-file',
    'file-too-large',
    'conflict',
  ],
  examples: [{ title: 'What would change', input: { config: { 'open-webui': { port: 3002 } } } }],
  run: async (given, context) => {
    const { app, principal } = context
    await app.settingsManager.reloadIfChanged()
    const { changes, unchanged, left, values, resets } = planImport(
      configOf(given, context),
      given.at,
      app.settingsManager,
    )
    if (given.apply && changes.length > 0) await app.settingsManager.change(values, resets, principal.name)
    return { applied: given.apply, changes, unchanged, left }
  },
})
