/** Which log files may be read: those of the setting, or any for the person at the shell and for administrators. */
import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { AppError, isSystemError } from '#lib/errors/index.ts'
import type { OperationContext } from '#lib/operations/types.ts'

const SETTING = 'local-workflows.journaling.logFiles'

type Asker = Pick<OperationContext, 'principal' | 'settings'>

/** Whether this principal may read any file that the server can. */
function mayReadAll({ principal }: Asker): boolean {
  return principal.kind === 'local' || principal.scopes.includes('admin')
}

/**
 * The real path of a log file that the caller may read. Callers without that right learn nothing of other files, not even
 * whether they exist.
 * @param path absolute; for the person at the shell also relative to where they are
 * @throws AppError `path-not-allowed`, `path-not-found`, `path-not-readable`, `not-a-file`, `invalid-input`
 */
export async function allowedFile(path: string, asker: Asker): Promise<string> {
  const absolute = absolutePath(path, asker)
  const all = mayReadAll(asker)
  const listed = asker.settings['local-workflows'].journaling.logFiles
  if (!all && !listed.some((entry) => isAtOrBelow(absolute, resolve(entry)))) throw notAllowed(absolute)
  const real = await realPath(absolute)
  if (!all && !(await realPaths(listed)).some((entry) => isAtOrBelow(real, entry))) throw notAllowed(absolute)
  if (!(await stat(real)).isFile())
    throw new AppError('not-a-file', `${absolute} is not a file.`, { hint: 'Give the path of a log file.' })
  return real
}

function absolutePath(path: string, { principal }: Asker): string {
  if (path !== '' && !path.includes('\0') && (isAbsolute(path) || principal.kind === 'local')) return resolve(path)
  throw new AppError('invalid-input', `${JSON.stringify(path)} is not an absolute path.`, {
    hint: 'Give the full path, from / on.',
    faults: [{ path: 'file_path', message: 'must be an absolute path' }],
  })
}

const isAtOrBelow = (path: string, root: string) =>
  path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`)

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (isSystemError(error, 'EACCES'))
      throw new AppError('path-not-readable', `${path} may not be read.`, {
        cause: error,
        hint: 'Check its permissions.',
      })
    throw new AppError('path-not-found', `${path} does not exist.`, { cause: error, hint: 'Check the spelling.' })
  }
}

async function realPaths(paths: readonly string[]): Promise<string[]> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => null)))
  return real.filter((path) => path !== null)
}

function notAllowed(path: string): AppError {
  return new AppError('path-not-allowed', `${path} is not one of the log files that may be read.`, {
    hint: `Add it to the setting ${SETTING}, or ask with an administrator's key.`,
    details: { setting: SETTING },
  })
}
