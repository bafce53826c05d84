/** The machine's own figures at the end of the period, from /proc (proc(5)) and statfs(2); null for what is not told. */
import { readFile, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isSystemError } from '#lib/errors/index.ts'
import type { Metrics } from './facts.ts'

/** @param folder whose file system is measured: the one the journal lies on */
export async function readMetrics(folder: string, proc = '/proc'): Promise<Metrics> {
  const [loadavg, meminfo, uptime] = await Promise.all(
    ['loadavg', 'meminfo', 'uptime'].map((name) => readFile(`${proc}/${name}`, 'utf8').catch(() => '')),
  )
  const seconds = Number.parseFloat(uptime ?? '')
  return {
    load: parseLoad(loadavg ?? ''),
    memory: parseMemory(meminfo ?? ''),
    disk: await readDisk(folder),
    uptime_seconds: Number.isFinite(seconds) ? Math.floor(seconds) : null,
  }
}

function parseLoad(text: string): Metrics['load'] {
  const [one = NaN, five = NaN, fifteen = NaN] = text.split(' ').slice(0, 3).map(Number.parseFloat)
  return [one, five, fifteen].every(Number.isFinite) ? [one, five, fifteen] : null
}

function parseMemory(text: string): Metrics['memory'] {
  const kibibytes = (name: string) => Number(new RegExp(String.raw`^${name}:\s+(\d+) kB`, 'm').exec(text)?.[1] ?? NaN)
  const [total, available] = [kibibytes('MemTotal'), kibibytes('MemAvailable')]
  return Number.isFinite(total) && Number.isFinite(available)
    ? { used_bytes: (total - available) * 1024, total_bytes: total * 1024 }
    : null
}

/** The folder need not be there yet: then the one it will be made in is measured. */
async function readDisk(path: string): Promise<Metrics['disk']> {
  try {
    const { bsize, blocks, bfree } = await statfs(path)
    return { path, used_bytes: (blocks - bfree) * bsize, total_bytes: blocks * bsize }
  } catch (error) {
    return isSystemError(error, 'ENOENT') && path !== dirname(path) ? readDisk(dirname(path)) : null
  }
}
