import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
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
