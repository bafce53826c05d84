import { homedir } from 'node:os'

/** A path as a person types it: `~` is their home folder. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path
}
