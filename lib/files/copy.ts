/** Moves across devices: a verified copy under a name of its own, which gets the final name only when it is complete. */
import { createHash, type Hash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { Disk } from './disk.ts'
import { identityOf, type Identity } from './identity.ts'
import type { Place } from './pinned-folder.ts'

const CHUNK = 1 << 20
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0)

/** Hands each piece of an open file on, in order; the piece is only valid during the call. */
function eachPiece(fd: number, piece: (bytes: Buffer, position: number) => void): number {
  const buffer = Buffer.allocUnsafe(CHUNK)
  let position = 0
  for (;;) {
    const length = readSync(fd, buffer, 0, CHUNK, position)
    if (length === 0) return position
    piece(buffer.subarray(0, length), position)
    position += length
  }
}

/** SHA-256 of a file, in hexadecimal; it is read in pieces of 1 MiB. */
export function hashFile(path: string | Buffer): string {
  const fd = openSync(path, READ)
  try {
    return hashOpen(fd, createHash('sha256'))
  } finally {
    closeSync(fd)
  }
}

function hashOpen(fd: number, hash: Hash): string {
  eachPiece(fd, (bytes) => void hash.update(bytes))
  return hash.digest('hex')
}

function fill(disk: Disk, source: number, target: number): string {
  const hash = createHash('sha256')
  eachPiece(source, (bytes, position) => {
    hash.update(bytes)
    // Holes stay holes: the size is set at the end.
    if (bytes.length < CHUNK || !isZero(bytes)) disk.write(target, bytes, position)
  })
  return hash.digest('hex')
}

/**
 * Copies a file to a new name beside its goal, syncs it to the disk and reads it back.
 * @param to must not exist
 * @returns `changed` when the source was not or did not stay what it was; then the copy is removed. It is also removed
 * when anything fails, such as a full disk.
 */
export function copyVerified(disk: Disk, from: Place, to: Place, identity: Identity): 'copied' | 'changed' {
  const source = openSync(from.folder.child(from.name), READ)
  try {
    const stats = fstatSync(source, { bigint: true })
    if (identityOf(stats) !== identity) return 'changed'
    const path = to.folder.child(to.name)
    const target = disk.createExclusive(path)
    let complete = false
    try {
      const written = fill(disk, source, target)
      disk.dress(target, stats)
      disk.copyTimes(source, target)
      disk.syncFile(target)
      const same = identityOf(fstatSync(source, { bigint: true })) === identity && hashFile(path) === written
      complete = same
      return same ? 'copied' : 'changed'
    } finally {
      closeSync(target)
      if (!complete) disk.unlink(path)
    }
  } finally {
    closeSync(source)
  }
}
