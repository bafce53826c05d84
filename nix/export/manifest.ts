/** What the last export wrote into a folder: a file beside the tree, so that it travels with the repository. */
import { createHash } from 'node:crypto'
import * as z from 'zod'
import { AppError } from '#lib/errors/index.ts'

/** Name of the manifest in the folder of the export. */
export const MANIFEST = '.hwc-ai-export.json'

const hashes = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/))
const manifestSchema = z.object({
  format: z.literal(1),
  version: z.string(),
  /** SHA-256 of each file as the last export that was completed wrote it. */
  files: hashes,
  /** The same for an export that was begun after it; gone once that is complete. */
  pending: hashes.optional(),
})
export type Manifest = z.output<typeof manifestSchema>

/** SHA-256 in hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Whether a path stays below the folder it is relative to, whatever it is joined with. */
export function isCleanPath(path: string): boolean {
  return !path.includes('\0') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}

/** The text of a manifest: always the same for the same export. */
export function manifestText({ format, version, files, pending }: Manifest): string {
  const sorted = (record: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
  const written = {
    format,
    version,
    files: sorted(files),
    ...(pending === undefined ? {} : { pending: sorted(pending) }),
  }
  return `${JSON.stringify(written, null, 2)}\n`
}

function unusable(folder: string, cause: unknown): AppError {
  return new AppError(
    'conflict',
    `${folder}/${MANIFEST} cannot be read, so it is not known which files are of an export.`,
    {
      cause,
      hint: 'Take it back from version control, or remove it: then every file that differs counts as not written by an export, and stays.',
    },
  )
}

/**
 * Reads a manifest.
 * @param text null when there is none @param folder for the message
 * @throws AppError `conflict` when it is no manifest, or names a path outside the folder
 */
export function parseManifest(text: string | null, folder: string): Manifest | null {
  if (text === null) return null
  let manifest: Manifest
  try {
    manifest = manifestSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw unusable(folder, cause)
  }
  const odd = Object.keys({ ...manifest.files, ...manifest.pending }).find((path) => !isCleanPath(path))
  if (odd !== undefined) throw unusable(folder, new Error(`it names ${JSON.stringify(odd)}`))
  return manifest
}
