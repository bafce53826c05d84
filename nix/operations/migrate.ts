/** Moving a configuration from the retired options to their successors. */
import * as z from 'zod'
import { defineSystemOperation } from '#lib/system/context.ts'
import { resolveDirectory } from '../export/index.ts'
import { migrate } from '../migrate/index.ts'
import { pauseOf } from '../source/pause.ts'
import { renderMigration } from './render-text.ts'
import { directoryInput, type Migration, migrationSchema } from './schemas.ts'

/** Whether something is left for a person to do. */
function isLeft({ findings, written, failed, folders_to_remove: folders }: Migration): boolean {
  const done = new Set(written)
  return failed.length + folders.length > 0 || findings.some(({ kind, file }) => kind === 'look' || !done.has(file))
}

export const migrateOperation = defineSystemOperation({
  id: 'migrate_nix',
  title: 'Migrate from the retired options',
  description:
    'Finds every use of a retired hwc.server.ai option in the Nix files of a folder, by file and line, and shows as a diff how it is written now; with write it rewrites the files, formatting and comments kept. Uses that it cannot be sure of are named for a person to look at. On the command line the exit code is 1 while something is left to do.',
  http: { method: 'POST', path: '/api/nix/migrate' },
  cli: {
    command: ['nix', 'migrate'],
    positional: ['directory'],
    render: renderMigration,
    exitCode: (migration) => (isLeft(migration) ? 1 : 0),
  },
  scope: 'admin',
  recorded: true,
  looksOnly: ({ write }) => !write,
  mutates: true,
  input: z.object({
    directory: directoryInput.describe('Folder of the configuration'),
    write: z.boolean().default(false).describe('Rewrite the files, rather than only show how'),
  }),
  output: migrationSchema,
  errors: ['path-not-allowed', 'path-not-found', 'path-not-readable', 'not-a-directory', 'file-too-large', 'conflict'],
  examples: [{ title: 'What would change', input: { directory: '/srv/nixos' } }],
  run: ({ directory, write }, context) =>
    migrate(resolveDirectory(directory, context), { write }, pauseOf(context.signal)),
})
