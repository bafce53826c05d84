/**
 * What the operations of the Nix export take and answer. Everything the admin page shows is one of these:
 *
 * | route                    | id                    | takes                  | answers         | recorded |
 * | ------------------------ | --------------------- | ---------------------- | --------------- | -------- |
 * | `GET /api/nix/preview`   | `preview_nix_export`  | directory?             | previewSchema   |          |
 * | `GET /api/nix/file`      | `get_nix_file`        | path                   | fileSchema      |          |
 * | `GET /api/nix/diff`      | `diff_nix_export`     | directory?, path?      | diffSchema      |          |
 * | `POST /api/nix/export`   | `export_nix`          | directory?, force, keep | exportSchema   | yes      |
 * | `GET /api/nix/download`  | `download_nix_export` |                        | a .tar.gz file  |          |
 * | `POST /api/nix/import`   | `import_nix`          | config or file, apply  | importSchema    | yes      |
 * | `POST /api/nix/lint`     | `lint_nix`            | directory?             | lintSchema      | yes      |
 * | `POST /api/nix/migrate`  | `migrate_nix`         | directory, write       | migrationSchema | yes      |
 *
 * Without a directory, preview, diff and export are about `nix-export` in the app's state folder, and lint about the export
 * as it would be written.
 */
import * as z from 'zod'

/**
 * What an export would do with one file of the folder:
 *
 * | state      | there is                                             | an export                          |
 * | ---------- | ---------------------------------------------------- | ---------------------------------- |
 * | `new`      | nothing                                              | writes it                          |
 * | `same`     | just what would be written                           | leaves it                          |
 * | `changed`  | what the last export wrote, and now it would differ  | writes it                          |
 * | `edited`   | a hand edit, and nothing new to write                | leaves it, unless forced           |
 * | `conflict` | a hand edit, and something new to write              | leaves it and says so, unless forced |
 * | `foreign`  | a file that no export wrote                          | leaves it and says so, unless forced |
 * | `obsolete` | what the last export wrote, no longer part of it     | removes it                         |
 * | `left`     | the same, edited by hand                             | leaves it, always                  |
 */
export const FILE_STATES = ['new', 'same', 'changed', 'edited', 'conflict', 'foreign', 'obsolete', 'left'] as const
export type FileState = (typeof FILE_STATES)[number]

const fileStateSchema = z
  .enum(FILE_STATES)
  .describe(
    'new, same, changed and obsolete (removed) are what an export does by itself; edited, conflict, foreign and left were changed or made by hand and stay as they are',
  )

export const directoryInput = z
  .string()
  .min(1)
  .max(4096)
  .describe(
    'Folder of the exported tree; over HTTP one that the settings allow, and without one nix-export in the state folder',
  )
  .meta({ example: '/srv/nixos' })

export const filePath = z
  .string()
  .min(1)
  .max(1024)
  .describe('Path of a file below the folder')
  .meta({ example: 'domains/ai/ollama/options.nix' })

const previewFileSchema = z.object({
  path: filePath,
  state: fileStateSchema,
  bytes: z.int().describe('Size of what would be written; of an obsolete file, 0'),
  added: z.int().describe('Lines that an export would add'),
  removed: z.int().describe('Lines that an export would take away'),
})

export const countsSchema = z.record(z.enum(FILE_STATES), z.int()).describe('How many files are in each state')

const notesSchema = z.array(z.string()).describe('What a person should know of the machine that the export describes')

export const previewSchema = z.object({
  directory: z.string().describe('The folder looked at, in full'),
  exists: z.boolean().describe('Whether that folder is there'),
  version: z.string().describe('Version of the app, which is the version of the export'),
  exported_version: z.string().nullable().describe('Version that wrote the last export there; null before the first'),
  files: z.array(previewFileSchema).describe('Every file of the tree and every one that a former export left, by path'),
  counts: countsSchema,
  allowed_directories: z.array(z.string()).describe('Folders that an export may be written to over HTTP'),
  notes: notesSchema,
})
export type Preview = z.output<typeof previewSchema>

export const fileSchema = z.object({
  path: filePath,
  text: z.string().describe('The whole file, as it would be written'),
})

const fileDiffSchema = z.object({
  path: filePath,
  state: fileStateSchema,
  reason: z.string().nullable().describe('Why it can be neither compared nor replaced, such as a symlink; else null'),
  diff: z.string().describe('Unified diff from what is there to what would be written; empty when they are the same'),
  added: z.int(),
  removed: z.int(),
})
export type FileDiff = z.output<typeof fileDiffSchema>

export const diffSchema = z.object({
  directory: z.string(),
  different: z.boolean().describe('Whether anything differs at all'),
  files: z.array(fileDiffSchema).describe('The files that differ, by path'),
})
export type TreeDiff = z.output<typeof diffSchema>

export const exportSchema = z.object({
  directory: z.string(),
  written: z.array(filePath).describe('Files that were written'),
  removed: z.array(filePath).describe('Files of a former export that were taken away'),
  unchanged: z.int().describe('Files that were as they should be'),
  kept: z
    .array(fileDiffSchema)
    .describe(
      'Files changed or made by hand that were left as they are, each with what the export would have changed; in state conflict or foreign the export is not complete without them',
    ),
  complete: z.boolean().describe('Whether nothing was held back: false when a kept file is a conflict or foreign'),
  notes: notesSchema,
})
/** What writing came to, without what is said of the machine. */
export type Written = Omit<z.output<typeof exportSchema>, 'notes'>
export type ExportResult = z.output<typeof exportSchema>

const importChangeSchema = z.object({
  path: z.string().describe('Path of the setting'),
  from: z.unknown().describe('Value in force before'),
  to: z.unknown().describe('Value in force after'),
  action: z.enum(['set', 'reset']).describe('Whether a value is stored, or an edited one is forgotten'),
  restart: z.boolean().describe('Takes effect at the next start of the server'),
})

export const importSchema = z.object({
  applied: z.boolean().describe('Whether the changes were made, or only shown'),
  changes: z.array(importChangeSchema),
  unchanged: z.int().describe('Settings that were as the configuration says'),
  left: z
    .array(z.object({ path: z.string(), reason: z.string() }))
    .describe('Settings that cannot be changed here, such as those set by Nix'),
})
export type ImportResult = z.output<typeof importSchema>

const lintFindingSchema = z.object({
  file: z.string().describe('Path below the folder'),
  line: z.int().describe('Counted from 1'),
  rule: z.int().min(0).max(12).describe('Number of the rule in the Charter; 0 where a file cannot be read as Nix'),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
})
export type LintFinding = z.output<typeof lintFindingSchema>

export const lintSchema = z.object({
  directory: z.string().nullable().describe('The folder that was checked; null when it was the export itself'),
  files: z.int().describe('How many files were checked'),
  errors: z.int(),
  warnings: z.int(),
  findings: z.array(lintFindingSchema).describe('By file and line'),
})
export type LintResult = z.output<typeof lintSchema>

const migrationFindingSchema = z.object({
  file: z.string().describe('Path below the folder'),
  line: z.int().describe('Counted from 1'),
  column: z.int().describe('Counted from 1'),
  kind: z
    .enum(['renamed', 'look'])
    .describe('renamed: can be rewritten as it stands. look: a person has to look at it'),
  old: z.string().describe('The option as it is used'),
  new: z.string().nullable().describe('What it is called now'),
  text: z.string().describe('The line it stands on'),
  message: z.string(),
})
export type MigrationFinding = z.output<typeof migrationFindingSchema>

export const migrationSchema = z.object({
  directory: z.string(),
  files: z.int().describe('How many Nix files were read'),
  findings: z.array(migrationFindingSchema).describe('By file and line'),
  diffs: z.array(z.object({ path: z.string(), diff: z.string() })).describe('What a rewrite changes, by file'),
  written: z.array(z.string()).describe('Files that were rewritten; none in a dry run'),
  failed: z.array(z.object({ path: z.string(), reason: z.string() })).describe('Files that could not be rewritten'),
  folders_to_remove: z.array(z.string()).describe('Folders of the retired modules that are still there'),
  parse_checked: z.boolean().describe('Whether Nix itself read every rewritten file before it was put in place'),
})
export type Migration = z.output<typeof migrationSchema>
