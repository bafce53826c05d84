/** Checking a tree of modules by the Charter's rules. */
import * as z from 'zod'
import { defineSystemOperation } from '#lib/system/context.ts'
import { resolveDirectory } from '../export/index.ts'
import { lint } from '../lint/index.ts'
import { renderTree } from '../render.ts'
import { pauseOf } from '../source/pause.ts'
import { readSources } from '../source/read-folder.ts'
import { renderLint } from './render-text.ts'
import { directoryInput, lintSchema } from './schemas.ts'

export const lintOperation = defineSystemOperation({
  id: 'lint_nix',
  title: 'Check Nix modules',
  description:
    'Checks the Nix modules of a folder, or without one the export itself, by the rules of the Charter, each finding with file and line. What only shows in an evaluated machine is not judged. On the command line the exit code is 1 when there is any finding.',
  http: { method: 'POST', path: '/api/nix/lint' },
  cli: {
    command: ['nix', 'lint'],
    positional: ['directory'],
    render: renderLint,
    exitCode: ({ findings }) => (findings.length > 0 ? 1 : 0),
  },
  scope: 'admin',
  recorded: true,
  mutates: false,
  input: z.object({
    directory: directoryInput.optional().describe('Folder of a configuration; without one, the export is checked'),
  }),
  output: lintSchema,
  errors: ['path-not-allowed', 'path-not-found', 'path-not-readable', 'not-a-directory', 'file-too-large'],
  examples: [{ title: 'The export', input: {} }],
  run: async ({ directory }, context) => {
    const { settings, sources } = context.app.settingsManager.loaded
    const folder = directory === undefined ? null : resolveDirectory(directory, context)
    const texts =
      folder === null ? renderTree({ settings, sources, version: context.app.version }) : readSources(folder)
    const findings = await lint(texts, pauseOf(context.signal))
    const count = (severity: 'error' | 'warning') => findings.filter((one) => one.severity === severity).length
    return {
      directory: folder,
      files: texts.size,
      errors: count('error'),
      warnings: count('warning'),
      findings,
    }
  },
})
