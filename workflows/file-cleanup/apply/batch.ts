/**
 * Moves one batch of files whose intents are on the disk already. In phases, so that each folder is synced and asked where it is
 * once for all: new names, sync, old names away, sync. Nothing is lost at whichever call it stops; `settle.ts` takes up from there.
 */
import { isDiskFull, isSystemError } from '#lib/errors/index.ts'
import { copyVerified } from '#lib/files/copy.ts'
import { describeChange, identityOf, inodeOf, inodeOfIdentity, type Identity } from '#lib/files/identity.ts'
import { dropName, linkTo, renameOverStub } from '#lib/files/move.ts'
import { filesOpenForWriting } from '#lib/files/open-files.ts'
import type { PinnedFolder, Place } from '#lib/files/pinned-folder.ts'
import { nameOf, parentOf, showPath, type RawPath } from '#lib/files/raw-path.ts'
import type { Method } from '../journal.ts'
import { asideName, copyName, placeOf, stubMark, type MoveContext, type Step } from './context.ts'

export type StepResult =
  | { step: Step; kind: 'moved'; note: string | null; moved: Identity | null }
  | { step: Step; kind: 'kept' | 'failed'; why: string }
  /** It has to be done another way, which the journal must know first. */
  | { step: Step; kind: 'again'; method: Method }

/** A file that has both names. Thousands are held at once until the end of a batch, so its {@link Place}s are made anew. */
interface Linked {
  step: Step
  from: PinnedFolder
  to: PinnedFolder
  moved: Identity | null
}

const GONE = 'Its folder is gone, or is not where it was.'
const REPLACED = 'Meanwhile another file was saved under its old name; that one stays there.'

const SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'Its folder may not be changed by this user.',
  EPERM: 'The file may not be moved: it is protected, or belongs to someone else.',
  EROFS: 'The file system is read-only.',
  ENAMETOOLONG: 'The name is too long for this file system.',
  ENOENT: 'It is no longer there.',
  ELOOP: 'A symbolic link took its place.',
}

/** What a failure of one file means; a full disk ends the whole apply instead. */
function failure(step: Step, error: unknown): StepResult {
  if (!isSystemError(error) || isDiskFull(error)) throw error
  return {
    step,
    kind: 'failed',
    why: SYSTEM[error.code ?? ''] ?? `The system refused it (${error.code ?? error.message}).`,
  }
}

function attempt<T>(step: Step, work: () => T): T | StepResult {
  try {
    return work()
  } catch (error) {
    return failure(step, error)
  }
}

const isLinked = (value: Linked | StepResult): value is Linked => !('kind' in value)

const taken = (step: Step): StepResult => ({
  step,
  kind: 'kept',
  why: `Something is at ${showPath(step.to)} now; nothing is replaced.`,
})

/**
 * The folders of a run of moves, each asked only once where it is. One that is carried off after that is found out before any
 * old name goes, in {@link runBatch}.
 */
class Places {
  readonly #context: MoveContext
  readonly #folders = new Map<RawPath, PinnedFolder | null>()

  constructor(context: MoveContext) {
    this.#context = context
  }

  /** Null when the folder is not there or not in its place. */
  of(path: RawPath): Place | null {
    const parent = parentOf(path)
    let folder = this.#folders.get(parent)
    if (folder === undefined) {
      folder = placeOf(this.#context, path)?.folder ?? null
      this.#folders.set(parent, folder)
    }
    return folder === null ? null : { folder, name: nameOf(path) }
  }

  /** Has every folder asked anew. */
  forget(): void {
    this.#folders.clear()
  }
}

/** Both ends of a move as they are at this moment, when everything about them is still as planned. */
function endsOf(context: MoveContext, places: Places, step: Step): { from: Place; to: Place } | StepResult {
  const from = places.of(step.from)
  if (from === null) return { step, kind: 'kept', why: GONE }
  const change = describeChange(step.identity, from.folder.lstat(from.name))
  if (change !== null) return { step, kind: 'kept', why: change }
  if (context.openFiles.has(inodeOfIdentity(step.identity)))
    return { step, kind: 'kept', why: 'A program has it open for writing.' }
  const to = places.of(step.to)
  const parent = showPath(parentOf(step.to))
  if (to === null)
    return {
      step,
      kind: 'kept',
      why: `The folder ${parent === '' ? 'it came from' : parent} is not there, or is no plain folder.`,
    }
  return { from, to }
}

function tryLink(context: MoveContext, step: Step, { from, to }: { from: Place; to: Place }): Linked | StepResult {
  const result = linkTo(context.disk, from, to)
  if (result === 'linked') return { step, from: from.folder, to: to.folder, moved: step.moved }
  if (result === 'taken') return taken(step)
  return { step, kind: 'again', method: result === 'other-device' ? 'copy' : 'stub' }
}

function moveOverStub(context: MoveContext, step: Step, { from, to }: { from: Place; to: Place }): StepResult {
  const result = renameOverStub(context.disk, from, to, step.identity, stubMark(context, step))
  if (result === 'taken') return taken(step)
  if (result === 'changed') return { step, kind: 'kept', why: 'It changed at the moment of the move.' }
  context.disk.syncFolder(to.folder)
  context.disk.syncFolder(from.folder)
  return { step, kind: 'moved', note: null, moved: step.moved }
}

function copyAcross(context: MoveContext, step: Step, { from, to }: { from: Place; to: Place }): Linked | StepResult {
  const copy: Place = { folder: to.folder, name: copyName(context, step) }
  if (to.folder.lstat(to.name) !== null) return taken(step)
  // A program that writes through an open file would go on in the old one: look right before and right after.
  const isOpen = () => filesOpenForWriting().has(inodeOfIdentity(step.identity))
  if (isOpen()) return { step, kind: 'kept', why: 'A program has it open for writing.' }
  if (context.direction === 'apply' && (from.folder.lstat(from.name)?.nlink ?? 1n) > 1n)
    return {
      step,
      kind: 'kept',
      why: 'It has further names (hard links), which a copy on another device would part from it.',
    }
  if (copyVerified(context.disk, from, copy, step.identity) === 'changed')
    return { step, kind: 'kept', why: 'It changed while it was copied.' }
  const result = isOpen() ? 'open' : publish(context, step, copy, to)
  const published = to.folder.lstat(to.name)
  if (result === 'done' && published !== null)
    return { step, from: from.folder, to: to.folder, moved: identityOf(published) }
  context.disk.unlink(copy.folder.child(copy.name))
  return result === 'open' ? { step, kind: 'kept', why: 'A program opened it for writing.' } : taken(step)
}

/** Gives a complete copy its final name. */
function publish(context: MoveContext, step: Step, copy: Place, to: Place): 'done' | 'taken' {
  const linked = linkTo(context.disk, copy, to)
  if (linked === 'linked') {
    context.disk.syncFolder(to.folder)
    context.disk.unlink(copy.folder.child(copy.name))
    return 'done'
  }
  const stats = copy.folder.lstat(copy.name)
  if (linked === 'taken' || stats === null) return 'taken'
  return renameOverStub(context.disk, copy, to, identityOf(stats), stubMark(context, step)) === 'moved'
    ? 'done'
    : 'taken'
}

function begin(context: MoveContext, places: Places, step: Step): Linked | StepResult {
  return attempt(step, () => {
    // A stub or a copy is not looked at again before its old name goes: its folders are asked right before it.
    if (step.method !== 'link') places.forget()
    const ends = endsOf(context, places, step)
    if ('kind' in ends) return ends
    if (step.method === 'stub') return moveOverStub(context, step, ends)
    return step.method === 'copy' ? copyAcross(context, step, ends) : tryLink(context, step, ends)
  })
}

/** Takes the old names away; what cannot lose its old name has both, which the outcome says. */
function finish(context: MoveContext, linked: Linked): StepResult {
  const { step, moved } = linked
  const from: Place = { folder: linked.from, name: nameOf(step.from) }
  const result = attempt(step, () =>
    dropName(context.disk, from, inodeOfIdentity(step.identity), asideName(context, step)),
  )
  if (typeof result !== 'string') return takeBack(context, linked, result)
  return { step, kind: 'moved', note: result === 'replaced' ? REPLACED : null, moved }
}

/**
 * The old name stays, as it cannot be taken away (a folder that lets nobody remove names) or a folder was carried off: the new
 * name goes again. It is only given up while the old one is of the same file, or else the file would have no name left.
 * @returns `otherwise`, or that the file was moved when its old name is gone or another file's
 */
function takeBack(context: MoveContext, { step, from, to, moved }: Linked, otherwise: StepResult): StepResult {
  return attempt(step, () => {
    const newName = nameOf(step.to)
    const kept = from.lstat(nameOf(step.from))
    const made = to.lstat(newName)
    if (kept === null || inodeOf(kept) !== inodeOfIdentity(step.identity))
      return { step, kind: 'moved', note: kept === null ? null : REPLACED, moved }
    const isOurs = made !== null && (inodeOf(made) === inodeOf(kept) || identityOf(made) === moved)
    if (isOurs) dropName(context.disk, { folder: to, name: newName }, inodeOf(made), asideName(context, step))
    return otherwise
  })
}

function sync(context: MoveContext, folders: Iterable<PinnedFolder>): void {
  for (const folder of new Set(folders)) context.disk.syncFolder(folder)
}

/** The folders that are no longer where they were opened, for which the kernel is asked once each. */
function strayedAmong(folders: Iterable<PinnedFolder>): ReadonlySet<PinnedFolder> {
  return new Set([...new Set(folders)].filter((folder) => !folder.isInPlace()))
}

/**
 * Moves after which the folders are asked again where they are, and the open files are looked at again where that look has grown
 * old.
 */
const LOOK_EVERY = 256

/** @returns a result for each step */
export function runBatch(context: MoveContext, steps: readonly Step[]): StepResult[] {
  const places = new Places(context)
  const begun = steps.map((step, i) => {
    if (i % LOOK_EVERY === 0) {
      context.openFiles.refresh()
      places.forget()
    }
    return begin(context, places, step)
  })
  const linked = begun.filter(isLinked)
  sync(
    context,
    linked.map(({ to }) => to),
  )
  // Every link was made before this look, so a file only loses its old name when both its folders were in place after that.
  const strayed = strayedAmong(linked.flatMap(({ from, to }) => [from, to]))
  const isAstray = ({ from, to }: Linked) => strayed.has(from) || strayed.has(to)
  const done = begun.map((value) => {
    if (!isLinked(value)) return value
    return isAstray(value)
      ? takeBack(context, value, { step: value.step, kind: 'kept', why: GONE })
      : finish(context, value)
  })
  sync(
    context,
    linked.map((value) => (isAstray(value) ? value.to : value.from)),
  )
  context.folders.trim()
  return done
}
