/**
 * What holds a server's program back: bubblewrap for files, network and lifetime, systemd for memory and processor, and where
 * they do not work, what little there is. What is in force is said plainly. Which of them work is tried once, for real.
 *
 * https://github.com/containers/bubblewrap, systemd-run(1), systemd.resource-control(5), setpriv(1)
 */
import { execFile } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { promisify } from 'node:util'
import type { Protection } from '../schemas.ts'
import { partsOfProgram, SYSTEM_PATHS } from './command.ts'
import type { StdioTransport } from './definition.ts'

const run = promisify(execFile)
const PROBE_MS = 5000
const MIB = 1024 ** 2
/** Size of each of the private /tmp, HOME and /dev/shm in memory, in bytes. */
const SCRATCH_BYTES = 64 * MIB

/** Which means work here. */
export interface Means {
  bubblewrap: boolean
  /** `user`: the manager of this user; `system`: that of the machine. */
  systemd: 'user' | 'system' | null
  setpriv: boolean
}

const SYSTEMD_RUN = {
  user: ['systemd-run', '--user', '--scope', '--quiet', '--collect'],
  system: ['systemd-run', '--no-ask-password', '--scope', '--quiet', '--collect'],
} as const

async function works(command: readonly string[]): Promise<boolean> {
  const [program, ...args] = command
  if (program === undefined) return false
  try {
    await run(program, args, { timeout: PROBE_MS })
    return true
  } catch {
    return false
  }
}

/** Tries each with a program that does nothing. */
export async function probeMeans(): Promise<Means> {
  const bounds = ['-p', 'MemoryMax=64M', '-p', 'CPUQuota=100%', '--', 'true']
  const [bubblewrap, user, system, setpriv] = await Promise.all([
    works([
      ...bubblewrapArgs({ home: '/nonexistent', readOnly: [], readWrite: [], hidden: null, network: false }),
      'true',
    ]),
    works([...SYSTEMD_RUN.user, ...bounds]),
    works([...SYSTEMD_RUN.system, ...bounds]),
    works(['setpriv', '--pdeathsig', 'KILL', 'true']),
  ])
  return { bubblewrap, systemd: user ? 'user' : system ? 'system' : null, setpriv }
}

/** How systemd-run finds the manager of a user; none of the program's business. */
const BUS_VARIABLES = ['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'] as const

interface Sandbox {
  home: string
  readOnly: readonly string[]
  readWrite: readonly string[]
  /** A folder that stays hidden although one above it is listed. */
  hidden: string | null
  network: boolean
}

/** What a path really is; itself when there is nothing. */
function realOr(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** Where a folder would be seen through another that is mounted; null when it would not. */
export function seenThrough(mounted: string, folder: string): string | null {
  const way = relative(realOr(mounted), realOr(folder))
  return way === '..' || way.startsWith('../') ? null : join(mounted, way)
}

function scratch(path: string): string[] {
  return ['--size', `${SCRATCH_BYTES}`, '--tmpfs', path]
}

/** The HOME of a service may be `/` or nothing: a folder in its place would hide all else. */
function isBelowRoot(path: string): boolean {
  return isAbsolute(path) && relative('/', path) !== ''
}

/** Everything is hidden that is not listed; later mounts lie over earlier ones, so the person's own folders come last. */
export function bubblewrapArgs({ home, readOnly, readWrite, hidden, network }: Sandbox): string[] {
  const bind = (flag: string) => (path: string) => [flag, path, path]
  const inside = (path: string) =>
    hidden !== null && seenThrough(hidden, path) !== null && seenThrough(path, hidden) === null
  const outside = (path: string) => !inside(path)
  const holes = [...readOnly, ...readWrite].flatMap((path) => {
    const hole = hidden === null || inside(path) ? null : seenThrough(path, hidden)
    return hole === null ? [] : [hole]
  })
  return [
    'bwrap',
    '--unshare-all',
    ...(network ? ['--share-net'] : []),
    '--die-with-parent',
    '--cap-drop',
    'ALL',
    ...[home, '/tmp'].filter(isBelowRoot).flatMap(scratch),
    ...SYSTEM_PATHS.flatMap(bind('--ro-bind-try')),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...scratch('/dev/shm'),
    ...readOnly.filter(outside).flatMap(bind('--ro-bind-try')),
    ...readWrite.filter(outside).flatMap(bind('--bind-try')),
    ...[...new Set(holes)].flatMap((path) => ['--tmpfs', path]),
    ...readOnly.filter(inside).flatMap(bind('--ro-bind-try')),
    ...readWrite.filter(inside).flatMap(bind('--bind-try')),
    // These two lie in memory as well, and have no bound of their own.
    ...['--remount-ro', '/dev', '--remount-ro', '/'],
    '--chdir',
    readWrite[0] ?? '/',
    '--',
  ]
}

interface ProtectedCommand {
  command: string
  args: string[]
  /** What those who start it need in their environment; taken out again before the program is started. */
  env: Record<string, string>
}

function busVariables(): Record<string, string> {
  return Object.fromEntries(
    BUS_VARIABLES.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

interface Surroundings {
  program: string
  /** PATH of the program. */
  search: string
  home: string
  /** Where the app keeps its own secrets: no program is shown it, whatever folder it is given. */
  stateDir: string
  means: Means
}

/** The command that starts a program with everything in force that works here. */
export function protectedCommand(
  transport: StdioTransport,
  { program, search, home, stateDir, means }: Surroundings,
): ProtectedCommand {
  const { memoryMax, cpuQuota, network, readOnlyPaths, readWritePaths, args } = transport
  const words = [
    ...(means.systemd === null
      ? []
      : [
          ...SYSTEMD_RUN[means.systemd],
          ...['-p', `MemoryMax=${memoryMax}M`, '-p', 'MemorySwapMax=0', '-p', `CPUQuota=${cpuQuota}%`, '--'],
          ...(means.systemd === 'user' ? ['env', ...BUS_VARIABLES.flatMap((name) => ['-u', name])] : []),
        ]),
    ...(means.bubblewrap
      ? bubblewrapArgs({
          home,
          readOnly: [...partsOfProgram(program, search), ...readOnlyPaths],
          readWrite: readWritePaths,
          hidden: stateDir,
          network,
        })
      : means.setpriv
        ? ['setpriv', '--pdeathsig', 'KILL', '--']
        : []),
    program,
    ...args,
  ]
  const [command = program, ...rest] = words
  return { command, args: rest, env: means.systemd === 'user' ? busVariables() : {} }
}

function folders({ readOnlyPaths, readWritePaths }: StdioTransport): string {
  const read = readOnlyPaths.length === 0 ? '' : `, reads ${readOnlyPaths.join(', ')}`
  const write = readWritePaths.length === 0 ? ', writes to no folder' : `, writes to ${readWritePaths.join(', ')}`
  return `sees the system’s programs and libraries${read}${write}; the rest is hidden, and so is this app’s own state (bubblewrap)`
}

/** What is in force for a server, in words. */
export function protectionOf(transport: StdioTransport, means: Means): Protection {
  const { network, memoryMax, cpuQuota } = transport
  const unsandboxed = 'not limited on this machine: bubblewrap does not work here, so it may do what this app may'
  return {
    filesystem: means.bubblewrap ? folders(transport) : unsandboxed,
    network: network ? 'allowed' : means.bubblewrap ? 'none at all, not even this machine (bubblewrap)' : unsandboxed,
    memory:
      means.systemd !== null
        ? `at most ${memoryMax} MiB with all it starts (systemd)`
        : `ended when it takes more than ${memoryMax} MiB with all it starts, looked at each second; only a running systemd could hold it back`,
    cpu:
      means.systemd !== null
        ? `at most ${cpuQuota} % of one core (systemd)`
        : 'not limited on this machine: that needs a running systemd',
    lifetime: means.bubblewrap
      ? 'ends with the app, however that ends, with all it started (bubblewrap)'
      : means.setpriv
        ? 'ends with the app, however that ends; what it started itself may stay (setpriv)'
        : 'ends when the app ends in order; after a kill it may stay until it reads the end of its input',
  }
}
