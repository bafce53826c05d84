/** Which folders the app may work in: those of a setting, with every symlink resolved, and nothing else. */
import { realpathSync, statSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { AppError, isSystemError } from '../errors/index.ts'
import { expandHome } from './home.ts'
import { fsPath, isWithin, parsePath, rawFromBytes, rawPath, showPath, type RawPath } from './raw-path.ts'

/** Where the allowed folders come from, for messages that say what to do. */
export interface AllowedFolders {
  folders: readonly string[]
  /** Path of the setting, e.g. `local-workflows.fileCleanup.watchDirs`. */
  setting: string
}

export function realPath(path: RawPath): RawPath {
  return rawFromBytes(realpathSync.native(fsPath(path), { encoding: 'buffer' }))
}

/** The allowed folders as they are now; those that do not exist are left out. */
export function realAllowedFolders(allowed: AllowedFolders): RawPath[] {
  return allowed.folders.flatMap((folder) => {
    try {
      return [realPath(parsePath(expandHome(folder)))]
    } catch {
      return []
    }
  })
}

function notAllowed(path: RawPath, allowed: AllowedFolders): AppError {
  const list = allowed.folders.length === 0 ? 'none yet' : allowed.folders.join(', ')
  const keys = allowed.setting.split('.')
  const example = keys.reduceRight((value, key) => `{"${key}":${value}}`, JSON.stringify([showPath(path)]))
  return new AppError('path-not-allowed', `${showPath(path)} is not in a folder that may be changed (${list}).`, {
    hint: `Add it to the setting ${allowed.setting}: in the admin under Settings, or in HWC_AI_CONFIG as ${example}.`,
    details: { setting: allowed.setting, allowed: [...allowed.folders] },
  })
}

function explain(error: unknown, path: RawPath): AppError {
  if (isSystemError(error, 'EACCES') || isSystemError(error, 'EPERM'))
    return new AppError('path-not-readable', `${showPath(path)} cannot be read.`, {
      cause: error,
      hint: 'Check its permissions.',
    })
  if (isSystemError(error, 'ENOTDIR'))
    return new AppError('not-a-directory', `${showPath(path)} is not a folder.`, { cause: error })
  return new AppError('path-not-found', `${showPath(path)} does not exist.`, {
    cause: error,
    hint: 'Check the spelling.',
  })
}

/** The path a person gave, absolute and without `..`, before any symlink is followed. */
function lexicalPath(directory: string, from: string | null): RawPath {
  const expanded = expandHome(directory)
  if (expanded.includes('\0') || expanded.trim() === '')
    throw new AppError('invalid-input', 'That is no path.', {
      faults: [{ path: 'directory', message: 'is empty or holds a NUL' }],
    })
  if (!isAbsolute(expanded) && from === null)
    throw new AppError('invalid-input', `The path ${expanded} is not absolute.`, {
      faults: [{ path: 'directory', message: 'must start with /' }],
      hint: 'Give the full path, from / on.',
    })
  return rawPath(resolve(from === null ? '/' : parsePath(from), parsePath(expanded)))
}

/**
 * The real path of a folder, when it is one of the allowed ones or lies in one.
 * @param directory absolute, or starting with `~/`; bytes that are not UTF-8 as `\xNN`
 * @param from folder that a relative path starts from; null refuses relative paths
 * @throws AppError `path-not-allowed`, `path-not-found`, `not-a-directory`, `path-not-readable`, `invalid-input`
 */
export function resolveAllowedFolder(directory: string, allowed: AllowedFolders, from: string | null = null): RawPath {
  const lexical = lexicalPath(directory, from)
  const roots = realAllowedFolders(allowed)
  let real: RawPath
  try {
    real = realPath(lexical)
  } catch (error) {
    // Outside the allowed folders even the existence of a path is nobody's business.
    const named = [...roots, ...allowed.folders.map((folder) => parsePath(expandHome(folder)))]
    throw named.some((root) => isWithin(root, lexical)) ? explain(error, lexical) : notAllowed(lexical, allowed)
  }
  if (!roots.some((root) => isWithin(root, real))) throw notAllowed(real, allowed)
  try {
    if (statSync(fsPath(real)).isDirectory()) return real
  } catch (error) {
    throw explain(error, real)
  }
  throw new AppError('not-a-directory', `${showPath(real)} is not a folder.`, {
    hint: 'Give the folder that holds it.',
  })
}
