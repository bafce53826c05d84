/**
 * Moves that never replace anything: a file gets its new name by `link`, which fails where something is, and loses its old
 * one only after that. Where a file system has no hard links, an exclusively created stub holds the name.
 */
import { closeSync, fstatSync, readFileSync } from 'node:fs'
import { isSystemError } from '../errors/index.ts'
import type { Disk } from './disk.ts'
import { identityOf, inodeOf, inodeOfIdentity, type Identity } from './identity.ts'
import { freeName } from './names.ts'
import type { Place } from './pinned-folder.ts'

/** What came of trying to give a file a second name. */
export type LinkResult = 'linked' | 'taken' | 'other-device' | 'no-links'

/** Codes by which file systems say that they have no hard links, or that this file may not get one. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']

const pathOf = (place: Place) => place.folder.child(place.name)

/** Gives the file a second name; other failures (full disk, read-only folder) are thrown. */
export function linkTo(disk: Disk, from: Place, to: Place): LinkResult {
  try {
    disk.link(pathOf(from), pathOf(to))
    return 'linked'
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return 'taken'
    if (isSystemError(error, 'EXDEV')) return 'other-device'
    if (NO_LINKS.some((code) => isSystemError(error, code))) return 'no-links'
    throw error
  }
}

/** Gives back a name that was taken from a file by mistake; under a numbered name when the old one is taken again. */
function putBack(disk: Disk, aside: Place, original: Place): void {
  for (;;) {
    const { name } = freeName(original.name, (candidate) => original.folder.lstat(candidate) !== null)
    const result = linkTo(disk, aside, { folder: original.folder, name })
    if (result === 'taken') continue
    if (result === 'linked') disk.unlink(pathOf(aside))
    else disk.rename(pathOf(aside), original.folder.child(name))
    return
  }
}

/**
 * Takes the old name from a file that has its new one. The name is first moved aside, which no other process can get in
 * between of, and only given up when it really was that file: one saved over it in the meantime gets its name back.
 * @param inode `dev:ino` of the file that the old name must be of
 * @param asideName a name in the same folder that nothing else uses
 */
export function dropName(
  disk: Disk,
  place: Place,
  inode: string,
  asideName: Place['name'],
): 'dropped' | 'replaced' | 'absent' {
  const aside: Place = { folder: place.folder, name: asideName }
  try {
    disk.rename(pathOf(place), pathOf(aside))
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return 'absent'
    throw error
  }
  return settleAside(disk, aside, place, inode)
}

/** Ends what {@link dropName} began: also after a crash, when the aside name is still there. */
export function settleAside(disk: Disk, aside: Place, original: Place, inode: string): 'dropped' | 'replaced' {
  const held = aside.folder.inodeOf(aside.name)
  if (held === inode) {
    disk.unlink(pathOf(aside))
    return 'dropped'
  }
  if (held !== null) putBack(disk, aside, original)
  return 'replaced'
}

const encoder = new TextEncoder()

/** Whether the file at a place is the stub with this mark. */
export function isStub(place: Place, mark: string): boolean {
  const stats = place.folder.lstat(place.name)
  if (stats === null || !stats.isFile() || stats.size !== BigInt(mark.length)) return false
  return readFileSync(pathOf(place), 'latin1') === mark
}

/**
 * Renames a file to a free name without hard links: an exclusively created stub takes the name first, then the file is
 * renamed over that stub.
 * @param identity what the file must still be right before
 * @param mark content of the stub, by which it is known again after a crash
 * @returns `taken` when something has the name, `changed` when it is no longer that file; nothing is changed then
 */
export function renameOverStub(
  disk: Disk,
  from: Place,
  to: Place,
  identity: Identity,
  mark: string,
): 'moved' | 'taken' | 'changed' {
  let fd: number
  try {
    fd = disk.createExclusive(pathOf(to))
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return 'taken'
    throw error
  }
  let stub: string
  try {
    disk.write(fd, encoder.encode(mark), 0)
    stub = inodeOf(fstatSync(fd, { bigint: true }))
  } catch (error) {
    disk.unlink(pathOf(to))
    throw error
  } finally {
    closeSync(fd)
  }
  const source = from.folder.lstat(from.name)
  const target = to.folder.lstat(to.name)
  const stubIsOurs = target !== null && inodeOf(target) === stub && isStub(to, mark)
  if (!stubIsOurs) return 'taken'
  if (source === null || identityOf(source) !== identity) {
    disk.unlink(pathOf(to))
    return 'changed'
  }
  try {
    disk.rename(pathOf(from), pathOf(to))
  } catch (error) {
    disk.unlink(pathOf(to))
    throw error
  }
  const moved = to.folder.lstat(to.name)
  if (moved === null || inodeOf(moved) === inodeOfIdentity(identity)) return 'moved'
  // Something was saved over the old name in the last microseconds: it is not ours to move.
  putBack(disk, to, from)
  return 'changed'
}
