/** Where a server's program lies, and what of the machine it needs to see to run at all. */
import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { AppError } from '../../errors/index.ts'

const MODULES = '/node_modules'

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/**
 * The whole path of a program.
 * @param search folders, separated by colons
 * @throws AppError `mcp-server` when there is none
 */
export function findProgram(command: string, search: string): string {
  const candidates = isAbsolute(command)
    ? [command]
    : command.includes('/')
      ? []
      : search.split(':').flatMap((folder) => (isAbsolute(folder) ? [join(folder, command)] : []))
  const found = candidates.find(isProgram)
  if (found !== undefined) return found
  throw new AppError('mcp-server', `There is no program "${command}" on this machine.`, {
    hint: 'Give its whole path in the settings of the server, or install it.',
  })
}

/** Folders of the system that every program may read: programs, libraries, and what of /etc names hosts, users and trust. */
export const SYSTEM_PATHS: readonly string[] = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store', '/run/current-system'],
  ...['ssl', 'pki', 'ca-certificates', 'static', 'alternatives', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d'].map(
    (name) => `/etc/${name}`,
  ),
  ...['resolv.conf', 'hosts', 'nsswitch.conf', 'passwd', 'group', 'localtime', 'zoneinfo', 'services', 'protocols'].map(
    (name) => `/etc/${name}`,
  ),
]

/** The outermost `node_modules` above a path: a package finds the others that it needs there. */
function modulesAbove(path: string): string | null {
  const at = path.indexOf(`${MODULES}/`)
  return at < 0 ? null : path.slice(0, at + MODULES.length)
}

const SHEBANG_BYTES = 256

/** The program that runs a script, as its first line says: `#!/usr/bin/env node`, `#!/home/me/venv/bin/python`. */
export function interpreterOf(script: string, search: string): string | null {
  const bytes = Buffer.alloc(SHEBANG_BYTES)
  const file = openSync(script, 'r')
  try {
    readSync(file, bytes, 0, SHEBANG_BYTES, 0)
  } finally {
    closeSync(file)
  }
  const [, program, first] = /^#![ \t]*(\S+)(?:[ \t]+(?:-S[ \t]+)?(\S+))?/.exec(bytes.toString('latin1')) ?? []
  if (program === undefined || !isProgram(program)) return null
  if (basename(program) !== 'env' || first === undefined) return program
  try {
    return findProgram(first, search)
  } catch {
    return null
  }
}

/**
 * What belongs to a program outside of the system's folders: itself, of the tree it is installed in the known parts, and the
 * same of the program that runs it, where it is a script.
 * @param search folders, separated by colons
 */
export function partsOfProgram(program: string, search: string): string[] {
  const interpreter = interpreterOf(program, search)
  return [...treeOf(program), ...(interpreter === null ? [] : treeOf(interpreter))]
}

function treeOf(program: string): string[] {
  const real = realpathSync(program)
  return [program, real].flatMap((path) => {
    const modules = modulesAbove(path)
    if (modules !== null) return [modules]
    const folder = dirname(path)
    if (basename(folder) !== 'bin') return [path]
    const tree = dirname(folder)
    return [folder, ...['lib', 'lib64', 'libexec', 'pyvenv.cfg'].map((name) => join(tree, name))]
  })
}
