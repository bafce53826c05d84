/** Which files some process holds open for writing, from `/proc/PID/fd` and `/proc/PID/fdinfo` (proc(5)). */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'

const ACCESS_MODE = 0o3
/** Where nothing is that a cleanup could move. */
const NO_FILES = /^\/(?:proc|dev(?!\/shm\/))\//

function listOrNothing(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    // The process ended, or belongs to someone else.
    return []
  }
}

function writableInode(pid: string, fd: string): string | null {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${fd}`, 'latin1')
    if (!target.startsWith('/') || NO_FILES.test(target)) return null
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'latin1'))?.[1]
    if (flags === undefined || (Number.parseInt(flags, 8) & ACCESS_MODE) === 0) return null
    const stats = statSync(`/proc/${pid}/fd/${fd}`, { bigint: true })
    return stats.isFile() ? `${stats.dev.toString()}:${stats.ino.toString()}` : null
  } catch {
    return null
  }
}

/**
 * Files open for writing now, as `dev:ino`. Processes of other users are only seen by root: for them the check of size and
 * time right before each move has to do.
 */
export function filesOpenForWriting(): Set<string> {
  const open = new Set<string>()
  for (const pid of listOrNothing('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    for (const fd of listOrNothing(`/proc/${pid}/fd`)) {
      const inode = writableInode(pid, fd)
      if (inode !== null) open.add(inode)
    }
  }
  return open
}

/** A look at the open files that is repeated when it has grown old, spending at most about a tenth of the time on it. */
export class OpenFilesWatch {
  readonly #maxAgeMs: number
  #open = new Set<string>()
  #takenAt = Number.NEGATIVE_INFINITY
  #tookMs = 0

  /** @param maxAgeMs a look this young is good enough, whatever it cost */
  constructor(maxAgeMs = 0) {
    this.#maxAgeMs = maxAgeMs
  }

  /** Call it before each batch. */
  refresh(): void {
    const start = performance.now()
    if (start - this.#takenAt < Math.max(this.#maxAgeMs, this.#tookMs * 10)) return
    this.#open = filesOpenForWriting()
    this.#takenAt = performance.now()
    this.#tookMs = this.#takenAt - start
  }

  /** @param inode `dev:ino` */
  has(inode: string): boolean {
    return this.#open.has(inode)
  }
}
