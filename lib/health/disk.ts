/** How full the file system of a path is. */
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isSystemError } from '../errors/index.ts'

export interface DiskUsage {
  sizeBytes: number
  /** What a program without special rights can still write. */
  availableBytes: number
  /** As `df` counts it: of what such programs can use at all, in percent. */
  usedPercent: number
}

/**
 * @param path need not exist: the nearest folder above it that does is looked at
 * @throws the system error when not even `/` can be looked at
 */
export async function diskUsage(path: string): Promise<DiskUsage> {
  try {
    const { bsize, blocks, bfree, bavail } = await statfs(path)
    const used = blocks - bfree
    return {
      sizeBytes: blocks * bsize,
      availableBytes: bavail * bsize,
      usedPercent: used + bavail === 0 ? 0 : (100 * used) / (used + bavail),
    }
  } catch (error) {
    if (path === '/' || !(isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR'))) throw error
    return diskUsage(dirname(path))
  }
}

/** Bytes in the unit a person would say. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1)
  const value = bytes / 1024 ** step
  return `${value >= 100 || step === 0 ? value.toFixed(0) : value.toFixed(1)} ${units[step] ?? 'B'}`
}
