/** Reads from /proc what a server and its children really do, for proof that a stopped answer is not computed on. */
import { readdir, readFile, readlink } from 'node:fs/promises'

const LISTEN = '0A'
const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0')

async function socketInode(port: number): Promise<string> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8')))
  for (const line of tables.join('\n').split('\n')) {
    const fields = line.trim().split(/\s+/)
    if (fields[1]?.endsWith(`:${hex(port)}`) === true && fields[3] === LISTEN && fields[9] !== undefined)
      return fields[9]
  }
  throw new Error(`nothing on this machine listens on port ${port}`)
}

async function holds(pid: string, inode: string): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
  for (const descriptor of descriptors)
    if ((await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')) === `socket:[${inode}]`) return true
  return false
}

interface Process {
  pid: string
  parent: string
  /** Clock ticks (100 a second on Linux) in user and kernel mode. */
  ticks: number
}

async function processes(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)))
  return stats.flatMap((stat, index) => {
    const pid = pids[index]
    // The name, in parentheses, may hold spaces.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields === undefined || pid === undefined) return []
    return [{ pid, parent: fields[1] ?? '', ticks: Number(fields[11]) + Number(fields[12]) }]
  })
}

/** Processor time in milliseconds that the process listening on a port and all its children have used so far. */
export async function listenerCpuMs(port: number): Promise<number> {
  const inode = await socketInode(port)
  const all = await processes()
  let family: Process[] = []
  for (const process of all) if (await holds(process.pid, inode)) family.push(process)
  let total = 0
  while (family.length > 0) {
    total += family.reduce((sum, process) => sum + process.ticks, 0)
    const pids = new Set(family.map((process) => process.pid))
    family = all.filter((process) => pids.has(process.parent))
  }
  return total * 10
}
