/**
 * After a crash: looks at each move that was begun and brings it to one of its two ends, by what is on the disk. A file that
 * has its new name loses its old one; a file that does not keeps its old one; leftovers of ours are cleared away.
 */
import { hashFile } from '#lib/files/copy.ts'
import { identityOf, inodeOf, inodeOfIdentity, type Identity } from '#lib/files/identity.ts'
import { dropName, isStub, settleAside } from '#lib/files/move.ts'
import type { Place } from '#lib/files/pinned-folder.ts'
import { parentOf } from '#lib/files/raw-path.ts'
import { begunMoves, writeMoves, type ActionUpdate } from '../journal.ts'
import {
  asideName,
  copyName,
  interruptedStep,
  placeOf,
  STATES,
  stubMark,
  type MoveContext,
  type Step,
} from './context.ts'

type Settled = { moved: true; identity: Identity | null } | { moved: false } | { moved: null }

interface Ends {
  step: Step
  from: Place
  to: Place
  context: MoveContext
}

const remove = ({ context }: Ends, place: Place) => context.disk.unlink(place.folder.child(place.name))

/** A name that was held aside is given up when the file has its new name, else given back. */
function clearAside(ends: Ends, hasNewName: boolean): void {
  const { context, step, from } = ends
  const aside: Place = { folder: from.folder, name: asideName(context, step) }
  const held = aside.folder.lstat(aside.name)
  if (held === null) return
  settleAside(context.disk, aside, from, hasNewName ? inodeOfIdentity(step.identity) : 'none')
}

function dropOld(ends: Ends): void {
  const { context, step, from } = ends
  const inode = inodeOfIdentity(step.identity)
  const stats = from.folder.lstat(from.name)
  if (stats !== null && inodeOf(stats) === inode) dropName(context.disk, from, inode, asideName(context, step))
}

function settleLink(ends: Ends): Settled {
  const { step, to } = ends
  const target = to.folder.lstat(to.name)
  const hasNewName = target !== null && inodeOf(target) === inodeOfIdentity(step.identity)
  clearAside(ends, hasNewName)
  if (!hasNewName) return { moved: false }
  dropOld(ends)
  return { moved: true, identity: step.moved }
}

/** Times of files run behind the clock by a tick of the kernel, or by the 10 ms that FAT counts in. */
const CLOCK_MS = 100

/** A stub is ours when it bears our mark, or is empty and younger than the intent: then the crash came before the mark. */
function clearStub(ends: Ends): void {
  const { context, step, from, to } = ends
  const target = to.folder.lstat(to.name)
  if (target === null) return
  const unmarked =
    target.isFile() &&
    target.size === 0n &&
    target.nlink === 1n &&
    Number(target.birthtimeMs) >= step.begunMs - CLOCK_MS
  const fileIsThere = from.folder.lstat(from.name) !== null
  if (isStub(to, stubMark(context, step)) || (unmarked && fileIsThere)) remove(ends, to)
}

function settleStub(ends: Ends): Settled {
  const { step, to } = ends
  const target = to.folder.lstat(to.name)
  if (target !== null && inodeOf(target) === inodeOfIdentity(step.identity))
    return { moved: true, identity: step.moved }
  clearStub(ends)
  return { moved: false }
}

/** Whether the file at a place is a complete copy of the one at the old place. */
function isCompleteCopy({ step, from }: Pick<Ends, 'step' | 'from'>, to: Place): boolean {
  const source = from.folder.lstat(from.name)
  const target = to.folder.lstat(to.name)
  if (target === null || !target.isFile()) return false
  if (source === null || identityOf(source) !== step.identity) return false
  return target.size === source.size && hashFile(to.folder.child(to.name)) === hashFile(from.folder.child(from.name))
}

function settleCopy(ends: Ends): Settled {
  const { context, step, from, to } = ends
  const copy: Place = { folder: to.folder, name: copyName(context, step) }
  const half = copy.folder.lstat(copy.name)
  let target = to.folder.lstat(to.name)
  const aside = from.folder.lstat(asideName(context, step))
  // The old name is only ever given up after the copy was published.
  const published =
    target !== null &&
    ((half !== null && inodeOf(half) === inodeOf(target)) || aside !== null || isCompleteCopy(ends, to))
  clearAside(ends, published)
  if (half !== null) remove(ends, copy)
  target = to.folder.lstat(to.name)
  if (target !== null && (published || wasDropped(ends, target.size))) {
    dropOld(ends)
    return { moved: true, identity: identityOf(target) }
  }
  clearStub(ends)
  return { moved: false }
}

/** The old name is gone and a file of its size is at the new place: all was done but the last word in the journal. */
function wasDropped({ step, from }: Ends, size: bigint): boolean {
  return from.folder.lstat(from.name) === null && step.identity.split(':')[2] === size.toString()
}

/** Whether the file surely has another name than this one below the new folder. */
function isSpare(step: Step, from: Place | null, name: Place): boolean {
  const held = name.folder.lstat(name.name)
  if (held === null) return false
  if (step.method === 'copy') return from !== null && isCompleteCopy({ step, from }, name)
  const inode = inodeOfIdentity(step.identity)
  if (inodeOf(held) !== inode) return false
  if (from === null) return held.nlink > 1n
  const old = from.folder.lstat(from.name)
  return old !== null && inodeOf(old) === inode
}

/** A new name that was just being taken back: given up where the file has its old one, else given back, as it may be its last. */
function clearTakenBack(context: MoveContext, step: Step, from: Place | null, to: Place): void {
  const aside: Place = { folder: to.folder, name: asideName(context, step) }
  const held = aside.folder.inodeOf(aside.name)
  if (held === null) return
  const spare = isSpare(step, from, aside)
  // Within one folder it is the old name that was on its way out, unless that is there.
  if (!spare && parentOf(step.from) === parentOf(step.to)) return
  settleAside(context.disk, aside, to, spare ? held : 'none')
}

/** What is ours in the new folder, when the old one is no longer where it was. */
function clearNewFolder(context: MoveContext, step: Step, to: Place): void {
  const half = copyName(context, step)
  if (to.folder.lstat(half) !== null) context.disk.unlink(to.folder.child(half))
  context.disk.syncFolder(to.folder)
}

function settleStep(context: MoveContext, step: Step): Settled {
  const from = placeOf(context, step.from)
  const to = placeOf(context, step.to)
  if (to !== null) clearTakenBack(context, step, from, to)
  if (from !== null && to === null && context.direction === 'apply') {
    // Without its new folder the file cannot have moved, unless that folder was carried off since.
    clearAside({ step, from, to: from, context }, false)
    return { moved: false }
  }
  if (from === null && to !== null) clearNewFolder(context, step, to)
  if (from === null || to === null) return { moved: null }
  const ends: Ends = { step, from, to, context }
  const settle = { link: settleLink, stub: settleStub, copy: settleCopy }[step.method]
  const settled = settle(ends)
  context.disk.syncFolder(to.folder)
  context.disk.syncFolder(from.folder)
  return settled
}

function outcome(context: MoveContext, step: Step, settled: Settled): ActionUpdate {
  const states = STATES[context.direction]
  const { seq, method } = step
  if (settled.moved === null) {
    const why = 'Interrupted, and its folder is no longer where it was: look there.'
    return {
      seq,
      state: context.direction === 'apply' ? 'failed' : states.kept,
      method,
      outcome: why,
      moved: step.moved,
    }
  }
  if (settled.moved) return { seq, state: states.after, method, outcome: null, moved: settled.identity }
  // A method learnt on the way is forgotten: it is found again.
  return { seq, state: states.before, method: 'link', outcome: null, moved: step.moved }
}

/** Moves settled in one commit. */
const SETTLED_AT_ONCE = 1024

/** Settles every begun move of the plan; afterwards none is between two states. */
export async function settle(context: MoveContext): Promise<void> {
  const states = STATES[context.direction]
  for (;;) {
    const begun = await begunMoves(context.store, context.plan.n, states.intent, SETTLED_AT_ONCE)
    if (begun.length === 0) return
    const updates = begun.map((move) => {
      const step = interruptedStep(move, context.direction)
      return outcome(context, step, settleStep(context, step))
    })
    await writeMoves(context.store, context.plan.n, updates)
    context.folders.trim()
  }
}
