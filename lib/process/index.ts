/** Which process owns a piece of work, told apart even when the kernel gives a dead one's number to another. */
import { readFileSync } from 'node:fs'

/** Start time of a process in clock ticks since boot, field 22 of `/proc/PID/stat` (proc(5)); null when it is gone. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name (field 2) may hold spaces and brackets: count from its closing bracket.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

/** Boot id, so that pids of an earlier boot are never taken for living ones. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 8)
  } catch {
    return 'noboot'
  }
}

const BOOT = bootId()
const SELF = `${process.pid}:${startTicks(process.pid) ?? '0'}:${BOOT}`

/** This process as an owner: `pid:start:boot`. */
export function processOwner(): string {
  return SELF
}

/** Whether the process that an owner string names still runs. */
export function isOwnerAlive(owner: string): boolean {
  if (owner === SELF) return true
  const [pid, start, boot] = owner.split(':')
  if (boot !== BOOT || pid === undefined) return false
  return startTicks(Number(pid)) === start
}
