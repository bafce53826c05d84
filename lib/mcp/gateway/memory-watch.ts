/**
 * The memory of a program and all it starts, looked at where no systemd holds it back. RLIMIT_DATA and RLIMIT_AS do not serve:
 * they count what is reserved, of which Node takes 560 MiB before it does anything. proc(5)
 */
import { readdirSync, readFileSync } from 'node:fs'

const EVERY_MS = 1000
const PAGE_BYTES = 4096

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}

/** Its threads: each has children of its own. */
function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).trim().split(' ').filter(Boolean).map(Number),
  )
}

/** Resident bytes of a process and its descendants, however long the line of them. In a process namespace none of them can leave. */
export function residentBytes(pid: number): number {
  const found = [pid]
  let pages = 0
  for (let next = found.pop(); next !== undefined; next = found.pop()) {
    pages += Number(read(`/proc/${next}/statm`).split(' ')[1] ?? 0)
    found.push(...childrenOf(next))
  }
  return pages * PAGE_BYTES
}

/**
 * Looks each second.
 * @param onOver is called once, with what it took in bytes
 * @returns ends the looking
 */
export function watchMemory(pid: number, maxBytes: number, onOver: (bytes: number) => void): () => void {
  const timer = setInterval(() => {
    const bytes = residentBytes(pid)
    if (bytes <= maxBytes) return
    clearInterval(timer)
    onOver(bytes)
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
