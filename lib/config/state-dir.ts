import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { AppError, isSystemError } from '../errors/index.ts'
import type { Environment } from './environment.ts'

/** The person's home folder, for `~/` in paths. */
export function homeFrom(env: Environment): string {
  return env['HOME'] || homedir()
}

/**
 * Folder of the app's state: `HWC_AI_STATE`, else `hwc-ai` in `XDG_STATE_HOME` (default `~/.local/state`, by the XDG base
 * directory specification, which also says to ignore relative values).
 */
export function stateDirFrom(env: Environment): string {
  const home = homeFrom(env)
  const given = env['HWC_AI_STATE']
  if (given) return resolve(given.replace(/^~(?=\/|$)/, () => home))
  const xdg = env['XDG_STATE_HOME']
  return join(xdg?.startsWith('/') === true ? xdg : join(home, '.local', 'state'), 'hwc-ai')
}

interface StateFault {
  reason: string
  hint: string
}

const NAME_ANOTHER = 'Name a folder that this user may write to with HWC_AI_STATE.'
const NO_FOLDER: StateFault = { reason: 'is no folder, or lies below what is none', hint: NAME_ANOTHER }
const NO_PLACE: StateFault = {
  reason: 'cannot be made: it lies where no folder can be, such as in /proc or behind a link that leads nowhere',
  hint: NAME_ANOTHER,
}
const NOT_WRITABLE: StateFault = {
  reason: 'may not be written by this user, or its disk is read-only',
  hint: NAME_ANOTHER,
}
const NOT_OURS: StateFault = {
  reason: 'holds an hwc-ai.sqlite that is damaged or no database at all',
  hint: 'Put a backup in its place, or name another folder with HWC_AI_STATE.',
}

/** By how the code of Node or SQLite begins: SQLite's can go on, as in `SQLITE_CANTOPEN_ISDIR`. */
const STATE_FAULTS: readonly (readonly [string, StateFault])[] = [
  ['EEXIST', NO_FOLDER],
  ['ENOTDIR', NO_FOLDER],
  ['ENOENT', NO_PLACE],
  ['EACCES', NOT_WRITABLE],
  ['EPERM', NOT_WRITABLE],
  ['EROFS', NOT_WRITABLE],
  ['SQLITE_CANTOPEN', NOT_WRITABLE],
  ['SQLITE_READONLY', NOT_WRITABLE],
  ['SQLITE_NOTADB', NOT_OURS],
  ['SQLITE_CORRUPT', NOT_OURS],
]

/** What is wrong with a state folder whose store cannot be opened; another error is given back as it is. */
export function stateFault(stateDir: string, error: unknown): unknown {
  if (!isSystemError(error)) return error
  const fault = STATE_FAULTS.find(([code]) => error.code?.startsWith(code) === true)?.[1]
  if (fault === undefined) return error
  return new AppError('settings-invalid', `The state folder ${stateDir} ${fault.reason}.`, {
    hint: fault.hint,
    cause: error,
  })
}
