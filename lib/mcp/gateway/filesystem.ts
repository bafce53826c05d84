/**
 * The file server for the system's configuration: reads the allowed folders, writes to the drafts folder alone. The program is
 * the one installed with the app; nothing is fetched when it starts.
 */
import { realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, sep } from 'node:path'
import type { Settings } from '../../config/index.ts'
import { makeFolders } from '../../files/make-folders.ts'
import type { ServerDefinition } from './definition.ts'
import type { JsonObject } from './jsonrpc.ts'

export const FILESYSTEM_SERVER = 'filesystem-nixos'

/** Arguments in which a tool names what it changes. A move also takes its source away. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  write_file: ['path'],
  edit_file: ['path'],
  create_directory: ['path'],
  move_file: ['source', 'destination'],
}

/** Tools that only read; what a later version adds is refused until it is listed here or above. */
const READS: ReadonlySet<string> = new Set([
  'read_file',
  'read_text_file',
  'read_media_file',
  'read_multiple_files',
  'list_directory',
  'list_directory_with_sizes',
  'directory_tree',
  'search_files',
  'get_file_info',
  'list_allowed_directories',
])

/** The real path of something that may not exist yet: of its nearest folder that does, with the rest. */
async function realOrFuture(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(await realOrFuture(parent), basename(path))
  }
}

/** Why a call is refused: it would change something outside of the drafts folder. Null when it would not. */
export async function refusesWrite(draftsDir: string, tool: string, args: JsonObject): Promise<string | null> {
  const drafts = await realOrFuture(draftsDir)
  for (const name of WRITES[tool] ?? []) {
    const path = args[name]
    if (typeof path !== 'string' || !path.startsWith('/'))
      return `${name} has to be a whole path, since only files in ${draftsDir} may be changed.`
    const real = await realOrFuture(path)
    if (real !== drafts && !real.startsWith(drafts + sep))
      return `Only files in ${draftsDir} may be changed, not ${path}.`
  }
  return null
}

const PACKAGE = '@modelcontextprotocol/server-filesystem'

/** Where the package lies that is installed with the app; null when it is not. */
function packageFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`))
  } catch {
    return null
  }
}

/** The nearest `node_modules` above a folder: the program's own packages lie there. */
function modulesAbove(folder: string): string {
  const at = folder.lastIndexOf(`${sep}node_modules${sep}`)
  return at < 0 ? folder : folder.slice(0, at + `${sep}node_modules`.length)
}

export function filesystemServer(settings: Settings): ServerDefinition {
  const { enable, allowedDirs, draftsDir } = settings.mcp.filesystem.nixos
  const program = packageFolder()
  return {
    name: FILESYSTEM_SERVER,
    description: 'Reads the configuration of this system and writes drafts.',
    builtIn: true,
    enabled: settings.mcp.enable && enable,
    transport: {
      kind: 'stdio',
      // Without the package there is no such program, which is what starting it then says.
      command: program === null ? PACKAGE : process.execPath,
      args: [...(program === null ? [] : [join(program, 'dist', 'index.js')]), ...allowedDirs, draftsDir],
      env: {},
      envFile: null,
      readOnlyPaths: [...(program === null ? [] : [modulesAbove(program)]), ...allowedDirs],
      readWritePaths: [draftsDir],
      network: false,
      // It keeps no state beyond its folders.
      shared: true,
      memoryMax: 512,
      cpuQuota: 100,
    },
    allowedTools: new Set([...READS, ...Object.keys(WRITES)]),
    idleMs: 600_000,
    callMs: 60_000,
    prepare: () => makeFolders(draftsDir, 0o700),
    refuses: (tool, args) => refusesWrite(draftsDir, tool, args),
  }
}
