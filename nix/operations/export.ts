/** Looking at the export, comparing it with a folder, writing it there, and taking it along as one file. */
import * as z from 'zod'
import { AppError } from '#lib/errors/index.ts'
import { answeredFile, type AnyOperation } from '#lib/operations/types.ts'
import { defineSystemOperation, type SystemContext } from '#lib/system/context.ts'
import { didYouMean } from '#lib/text/nearest.ts'
import { allowedDirectories, archiveOf, compare, differing, exportTree, resolveDirectory } from '../export/index.ts'
import { withDiff } from '../export/plan.ts'
import { renderTree } from '../render.ts'
import type { NixTree } from '../types.ts'
import { exportNotes } from './notes.ts'
import { renderDiff, renderExport, renderPreview } from './render-text.ts'
import {
  diffSchema,
  directoryInput,
  exportSchema,
  FILE_STATES,
  filePath,
  fileSchema,
  previewSchema,
} from './schemas.ts'

const directory = directoryInput.optional()

/** The tree of the settings as they are now. */
function treeOf({ app }: SystemContext): NixTree {
  const { settings, sources } = app.settingsManager.loaded
  return renderTree({ settings, sources, version: app.version })
}

function unknownFile(path: string, known: Iterable<string>): AppError {
  return new AppError('not-found', `The export has no file ${path}.${didYouMean(path, known)}`, {
    hint: 'GET /api/nix/preview lists its files.',
  })
}

const folderErrors = [
  'path-not-allowed',
  'path-not-readable',
  'not-a-directory',
  'conflict',
  'settings-invalid',
] as const

export const exportOperations: readonly AnyOperation[] = [
  defineSystemOperation({
    id: 'preview_nix_export',
    title: 'Preview the Nix export',
    description:
      'Every file of the export and what writing it to a folder would do with each: new, same, changed, edited by hand, and so on. Writes nothing.',
    http: { method: 'GET', path: '/api/nix/preview' },
    cli: { command: ['nix', 'preview'], positional: ['directory'], render: renderPreview },
    scope: 'admin',
    recorded: false,
    mutates: false,
    input: z.object({ directory }),
    output: previewSchema,
    errors: folderErrors,
    examples: [{ title: 'Against the folder in the state folder', input: {} }],
    run: (input, context) => {
      const folder = resolveDirectory(input.directory, context)
      const { exists, exportedVersion, files } = compare(treeOf(context), folder)
      const shown = files.map((file) => {
        const { path, state, added, removed } = withDiff(file)
        return { path, state, bytes: Buffer.byteLength(file.after ?? ''), added, removed }
      })
      const count = (state: (typeof FILE_STATES)[number]) => shown.filter((file) => file.state === state).length
      return Promise.resolve({
        directory: folder,
        exists,
        version: context.app.version,
        exported_version: exportedVersion,
        files: shown,
        counts: {
          new: count('new'),
          same: count('same'),
          changed: count('changed'),
          edited: count('edited'),
          conflict: count('conflict'),
          foreign: count('foreign'),
          obsolete: count('obsolete'),
          left: count('left'),
        },
        allowed_directories: allowedDirectories(context),
        notes: exportNotes(context.app.settingsManager.loaded.settings),
      })
    },
  }),
  defineSystemOperation({
    id: 'get_nix_file',
    title: 'Show a file of the Nix export',
    description: 'One file of the export as it would be written.',
    http: { method: 'GET', path: '/api/nix/file' },
    cli: { command: ['nix', 'show'], positional: ['path'], render: ({ text }) => text },
    scope: 'admin',
    recorded: false,
    mutates: false,
    input: z.object({ path: filePath }),
    output: fileSchema,
    errors: ['not-found', 'settings-invalid'],
    examples: [{ title: 'The values of this machine', input: { path: 'machines/server/config.nix' } }],
    run: ({ path }, context) => {
      const tree = treeOf(context)
      const text = tree.get(path)
      if (text === undefined) throw unknownFile(path, tree.keys())
      return Promise.resolve({ path, text })
    },
  }),
  defineSystemOperation({
    id: 'diff_nix_export',
    title: 'Compare the Nix export with a folder',
    description:
      'A unified diff for each file of the folder that differs from the export, from what is there to what would be written. On the command line the exit code is 1 when anything differs.',
    http: { method: 'GET', path: '/api/nix/diff' },
    cli: {
      command: ['nix', 'diff'],
      positional: ['directory', 'path'],
      render: renderDiff,
      exitCode: ({ different }) => (different ? 1 : 0),
    },
    scope: 'admin',
    recorded: false,
    mutates: false,
    input: z.object({ directory, path: filePath.optional().describe('Only this file') }),
    output: diffSchema,
    errors: [...folderErrors, 'not-found'],
    examples: [{ title: 'Everything that differs', input: { directory: '/srv/nixos' } }],
    run: ({ directory: given, path }, context) => {
      const folder = resolveDirectory(given, context)
      const comparison = compare(treeOf(context), folder)
      if (path !== undefined && !comparison.files.some((file) => file.path === path))
        throw unknownFile(
          path,
          comparison.files.map((file) => file.path),
        )
      const files = differing(comparison).filter((file) => path === undefined || file.path === path)
      return Promise.resolve({ directory: folder, different: files.length > 0, files })
    },
  }),
  defineSystemOperation({
    id: 'export_nix',
    title: 'Write the Nix export',
    description:
      'Writes the export into a folder, such as a checkout of the machine’s configuration. A file that was changed or made there by hand is left as it is and shown as a diff while all others are written; with force it is overwritten. Only files that an export wrote, and that are unchanged, are ever removed. On the command line the exit code is 1 when something was held back.',
    http: { method: 'POST', path: '/api/nix/export' },
    cli: {
      command: ['nix', 'export'],
      positional: ['directory'],
      render: renderExport,
      exitCode: ({ complete }) => (complete ? 0 : 1),
    },
    scope: 'admin',
    recorded: true,
    mutates: true,
    input: z.object({
      directory,
      force: z.boolean().default(false).describe('Overwrite files that were changed or made by hand'),
      keep: z
        .array(filePath)
        .max(1000)
        .default([])
        .describe('Files whose hand edit is taken as it is, until the export has something new for them'),
    }),
    output: exportSchema,
    errors: [...folderErrors, 'disk-full'],
    examples: [
      { title: 'Into the folder in the state folder', input: {} },
      { title: 'Into a checkout', input: { directory: '/srv/nixos' } },
    ],
    run: async ({ directory: given, force, keep }, context) => {
      const folder = resolveDirectory(given, context)
      context.emit({ type: 'step', message: `Writing the export to ${folder}` })
      const written = await exportTree(treeOf(context), folder, { force, keep, version: context.app.version })
      return { ...written, notes: exportNotes(context.app.settingsManager.loaded.settings) }
    },
  }),
  defineSystemOperation({
    id: 'download_nix_export',
    title: 'Download the Nix export',
    description: 'The whole export as one .tar.gz file, the same bytes for the same settings.',
    http: { method: 'GET', path: '/api/nix/download', file: 'application/gzip' },
    scope: 'admin',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: answeredFile,
    errors: ['settings-invalid'],
    examples: [{ title: 'Everything', input: {} }],
    run: (_input, context) => {
      const name = `hwc-ai-nix-${context.app.version}`
      return Promise.resolve({ name: `${name}.tar.gz`, base64: archiveOf(treeOf(context), name).toString('base64') })
    },
  }),
]
