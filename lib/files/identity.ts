/** What tells one state of one file from every other: device, inode, size and time of change to the nanosecond. */
import { lstatSync, type BigIntStats } from 'node:fs'
import { isSystemError } from '../errors/index.ts'

/** `dev:ino:size:mtimeNs`, exact decimal numbers. */
export type Identity = string

export function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): Identity {
  // Joined, it is one piece in memory; a template would keep each number.
  return [dev.toString(), ino.toString(), size.toString(), mtimeNs.toString()].join(':')
}

/** `dev:ino`: the file itself, whatever its content is now. */
export function inodeOf(stats: BigIntStats): string {
  return `${stats.dev.toString()}:${stats.ino.toString()}`
}

/**
 * `dev:ino` of what is at a path, or null when nothing is. Plain numbers make less garbage than the exact ones of
 * {@link lstatOrNull}, which are only asked for where an inode has more than 53 bits.
 */
export function inodeAt(path: string | Buffer): string | null {
  try {
    const { dev, ino } = lstatSync(path)
    if (Number.isSafeInteger(dev) && Number.isSafeInteger(ino)) return `${dev}:${ino}`
  } catch (error) {
    if (isNothing(error)) return null
    throw error
  }
  const exact = lstatOrNull(path)
  return exact === null ? null : inodeOf(exact)
}

export function inodeOfIdentity(identity: Identity): string {
  return identity.slice(0, identity.indexOf(':', identity.indexOf(':') + 1))
}

const isNothing = (error: unknown) => isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR')

/** `lstat` with exact numbers, or null when nothing is there. */
export function lstatOrNull(path: string | Buffer): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true })
  } catch (error) {
    if (isNothing(error)) return null
    throw error
  }
}

/** What a change between two states of one name was, in words for a person. */
export function describeChange(before: Identity, now: BigIntStats | null): string | null {
  if (now === null) return 'It is no longer there.'
  if (identityOf(now) === before) return null
  const [, , size] = before.split(':')
  if (!now.isFile()) return 'Something that is not a file took its place.'
  if (inodeOf(now) !== inodeOfIdentity(before)) return 'Another file took its place since the plan.'
  return now.size.toString() === size ? 'It was written to since the plan.' : 'Its size changed since the plan.'
}
