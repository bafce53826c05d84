import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { isSystemError } from '../errors/index.ts'

function makeFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if (!isSystemError(error, 'EEXIST') || !statSync(path).isDirectory()) throw error
  }
}

/**
 * Makes a folder and those above it that are missing. Node's own recursive way tries for ever, and blocks the process meanwhile, where
 * a folder is there and yet takes no other and says `ENOENT`: below a link that leads nowhere, such as to a disk that is not
 * mounted, and in /proc.
 * @param mode of those that are made, less the umask
 * @throws the system's error, then `ENOENT`
 */
export function makeFolders(path: string, mode: number): void {
  const above = dirname(path)
  try {
    makeFolder(path, mode)
  } catch (error) {
    if (!isSystemError(error, 'ENOENT') || above === path) throw error
    makeFolders(above, mode)
    makeFolder(path, mode)
  }
}
