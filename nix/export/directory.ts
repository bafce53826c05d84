/** Which folders the operations of the Nix export may work in. */
import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { AppError, isSystemError } from '#lib/errors/index.ts'
import { expandHome } from '#lib/files/home.ts'
import { isWithin } from '#lib/files/raw-path.ts'
import type { OperationContext } from '#lib/operations/types.ts'

const SETTING = 'local-workflows.nixExport.allowedDirs'

export type DirectoryContext = Pick<OperationContext, 'principal' | 'settings' | 'stateDir'>

/** Folder of exports for which none is named. */
function defaultDirectory(stateDir: string): string {
  return join(stateDir, 'nix-export')
}

/** Folders that may be worked in over HTTP, whether they are there yet or not. */
export function allowedDirectories({ settings, stateDir }: Omit<DirectoryContext, 'principal'>): string[] {
  return [defaultDirectory(stateDir), ...settings['local-workflows'].nixExport.allowedDirs]
}

/**
 * The real path of a folder that may not be there yet: symlinks are followed as far as it is.
 * @param path absolute, without `..`
 */
function realAsFarAsThere(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    if (!isSystemError(error, 'ENOENT') || path === '/') throw error
    return join(realAsFarAsThere(dirname(path)), basename(path))
  }
}

function realOrNull(path: string): string | null {
  try {
    return realAsFarAsThere(resolve(path))
  } catch {
    return null
  }
}

function absolute(directory: string, isLocal: boolean): string {
  if (directory.includes('\0')) throw new AppError('invalid-input', 'That is no path.')
  const expanded = expandHome(directory)
  if (isLocal || isAbsolute(expanded)) return resolve(expanded)
  throw new AppError('invalid-input', `The path ${directory} is not absolute.`, {
    faults: [{ path: 'directory', message: 'must start with /' }],
    hint: 'Give the full path, from / on.',
  })
}

/**
 * The folder to work in. At the shell it is any that the person may use; everyone else is held to the settings, since an
 * admin of the app is not therefore one of the machine.
 * @param directory as it was given; none stands for the one in the state folder
 * @returns its real path; it may not be there yet
 * @throws AppError `path-not-allowed`, `path-not-readable`, `invalid-input`
 */
export function resolveDirectory(directory: string | undefined, context: DirectoryContext): string {
  const isLocal = context.principal.kind === 'local'
  const wanted = directory === undefined ? defaultDirectory(context.stateDir) : absolute(directory, isLocal)
  const real = realOrNull(wanted)
  if (!isLocal) {
    const allowed = allowedDirectories(context)
    const isAllowed = real !== null && allowed.some((folder) => isWithin(realOrNull(folder) ?? folder, real))
    if (!isAllowed)
      throw new AppError('path-not-allowed', `${wanted} is not a folder for Nix exports (${allowed.join(', ')}).`, {
        hint: `Add it to the setting ${SETTING}, or run the command line on the machine itself.`,
        details: { setting: SETTING, allowed },
      })
  }
  if (real === null)
    throw new AppError('path-not-readable', `${wanted} cannot be reached.`, { hint: 'Check its permissions.' })
  return real
}

/** Node's own `recursive` never ends where a folder seems to be there and yet holds none: /proc, a symlink to nowhere. */
function makeWithParents(path: string): void {
  const parent = dirname(path)
  if (!existsSync(parent)) makeWithParents(parent)
  try {
    mkdirSync(path)
  } catch (error) {
    if (!isSystemError(error, 'EEXIST') || !statSync(path).isDirectory()) throw error
  }
}

/**
 * Makes the folder with those above it where they are missing.
 * @throws AppError `not-a-directory`, `path-not-readable`
 */
export function makeDirectory(path: string): void {
  try {
    makeWithParents(path)
  } catch (cause) {
    if (isSystemError(cause, 'EEXIST') || isSystemError(cause, 'ENOTDIR'))
      throw new AppError('not-a-directory', `${path} is not a folder.`, { cause })
    if (['EACCES', 'EPERM', 'EROFS', 'ENOENT'].some((code) => isSystemError(cause, code)))
      throw new AppError('path-not-readable', `${path} cannot be made.`, { cause, hint: 'Check the permissions.' })
    throw cause
  }
}
