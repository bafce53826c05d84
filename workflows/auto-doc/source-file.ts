/** Which files may be documented, and reading one. */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { basename, isAbsolute, resolve } from 'node:path'
import { AppError, isSystemError } from '#lib/errors/index.ts'
import { expandHome } from '#lib/files/home.ts'
import { isWithin } from '#lib/files/raw-path.ts'
import type { Principal } from '#lib/operations/types.ts'
import { languageOf, SUPPORTED_EXTENSIONS } from '#lib/syntax/index.ts'
import type { Language } from '#lib/syntax/index.ts'

/** Bytes. A longer file is generated; nobody reads its documentation. */
const MAX_SOURCE_BYTES = 2 * 1024 * 1024
const PIECE_BYTES = 64 * 1024

export interface SourceFile {
  /** Symlinks resolved. */
  path: string
  name: string
  text: string
  /** SHA-256 of its bytes. */
  digest: string
  language: Language
}

export interface Access {
  principal: Pick<Principal, 'kind' | 'scopes'>
  /** `local-workflows.autoDoc.allowedDirs` */
  allowedDirs: readonly string[]
}

/** The person at the shell and administrators may read what the process can; everyone else only the allowed folders. */
const mayReadAnything = ({ principal }: Access) => principal.kind === 'local' || principal.scopes.includes('admin')

/** Real paths of the allowed folders; those that do not exist allow nothing. */
async function allowedFolders(access: Access): Promise<string[]> {
  const real = await Promise.allSettled(access.allowedDirs.map((folder) => realpath(expandHome(folder))))
  return real.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

/**
 * Whether documents of these files may be shown.
 * @returns a test on real paths
 */
export async function readable(access: Access): Promise<(path: string) => boolean> {
  if (mayReadAnything(access)) return () => true
  const folders = await allowedFolders(access)
  return (path) => folders.some((folder) => isWithin(folder, path))
}

function notAllowed(path: string, access: Access): AppError {
  const folders =
    access.allowedDirs.length === 0 ? 'no folder is allowed yet' : `allowed are ${access.allowedDirs.join(', ')}`
  return new AppError('path-not-allowed', `${path} is outside the folders whose files may be documented: ${folders}.`, {
    hint: 'Add its folder to local-workflows.autoDoc.allowedDirs, or use a key with the scope admin.',
  })
}

function absolutePath(given: string, access: Access): string {
  const path = expandHome(given)
  if (path.includes('\0')) throw invalidPath('holds a NUL character')
  if (isAbsolute(path)) return resolve(path)
  if (access.principal.kind === 'local') return resolve(path)
  throw invalidPath('must be absolute: the server has no folder of yours to start from')
}

const invalidPath = (message: string) =>
  new AppError('invalid-input', `The path ${message}.`, {
    faults: [{ path: 'file_path', message }],
    hint: 'Give the full path, from / on.',
  })

const missing = (path: string, cause: unknown) =>
  new AppError('path-not-found', `${path} does not exist.`, { cause, hint: 'Check the spelling of the path.' })

const unreadable = (path: string, cause: unknown) =>
  new AppError('path-not-readable', `${path} cannot be read.`, {
    cause,
    hint: 'Give the user that runs this app permission to read it.',
  })

/** The path with symlinks resolved, when this caller may have it. Outside the allowed folders nothing is said of what exists. */
async function resolvePath(given: string, access: Access): Promise<string> {
  const path = absolutePath(given, access)
  const allowed = await readable(access)
  try {
    const real = await realpath(path)
    if (!allowed(real)) throw notAllowed(path, access)
    return real
  } catch (error) {
    if (error instanceof AppError) throw error
    if (!allowed(path)) throw notAllowed(path, access)
    if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR')) throw missing(path, error)
    throw unreadable(path, error)
  }
}

function languageFor(path: string): Language {
  const language = languageOf(basename(path))
  if (language !== undefined) return language
  throw new AppError('unsupported-language', `${basename(path)} is in no supported language.`, {
    hint: `Supported are ${SUPPORTED_EXTENSIONS.join(', ')}.`,
    details: { supported: SUPPORTED_EXTENSIONS },
  })
}

/** The bytes of a regular file. A pipe or device is never waited for, and a link put in its place since is not followed. */
async function readRegular(path: string): Promise<Buffer> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    const stat = await handle.stat()
    if (!stat.isFile())
      throw new AppError('not-a-file', `${path} is not a regular file.`, {
        hint: 'Give one source file; folders are documented file by file.',
      })
    const tooLarge = () =>
      new AppError(
        'file-too-large',
        `${path} has ${String(stat.size)} bytes; at most ${String(MAX_SOURCE_BYTES)} are read.`,
        { hint: 'Generated files are better documented at their source.' },
      )
    if (stat.size > MAX_SOURCE_BYTES) throw tooLarge()
    // Files of /proc say they are empty and are not: what is read counts, not what was promised.
    const pieces: Buffer[] = []
    for (let length = 0; ;) {
      const piece = Buffer.alloc(PIECE_BYTES)
      const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, length)
      if (bytesRead === 0) return Buffer.concat(pieces, length)
      pieces.push(piece.subarray(0, bytesRead))
      length += bytesRead
      if (length > MAX_SOURCE_BYTES) throw tooLarge()
    }
  } finally {
    await handle.close()
  }
}

export const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/**
 * Reads a file that is to be documented.
 * @throws AppError `path-not-allowed`, `path-not-found`, `path-not-readable`, `not-a-file`, `unsupported-language`,
 *   `file-too-large`, `invalid-input`
 */
export async function readSourceFile(given: string, access: Access): Promise<SourceFile> {
  const path = await resolvePath(given, access)
  try {
    const bytes = await readRegular(path)
    const language = languageFor(path)
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
    return { path, name: basename(path), text, digest: digestOf(bytes), language }
  } catch (error) {
    if (error instanceof AppError) throw error
    if (isSystemError(error, 'ENOENT')) throw missing(path, error)
    if (isSystemError(error, 'ENXIO'))
      throw new AppError('not-a-file', `${path} is not a regular file.`, { cause: error })
    throw unreadable(path, error)
  }
}

/** How a file is now beside the digest it had. */
export async function compareSource(
  path: string,
  digest: string,
): Promise<'unchanged' | 'changed' | 'missing' | 'unreadable'> {
  try {
    return digestOf(await readRegular(path)) === digest ? 'unchanged' : 'changed'
  } catch (error) {
    if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR')) return 'missing'
    return error instanceof AppError ? 'changed' : 'unreadable'
  }
}
