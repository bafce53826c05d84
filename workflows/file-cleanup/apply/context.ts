/** What moving files needs, and how a stored move becomes one in a direction. */
import type { Disk } from '#lib/files/disk.ts'
import type { Identity } from '#lib/files/identity.ts'
import { joinPath, nameOf, parentOf, rawPath, type RawPath } from '#lib/files/raw-path.ts'
import type { FolderCache, Place } from '#lib/files/pinned-folder.ts'
import type { OpenFilesWatch } from '#lib/files/open-files.ts'
import type { Store } from '#lib/store/index.ts'
import type { ActionState, JournalMove, Method, PlanHead } from '../journal.ts'

export type Direction = 'apply' | 'undo'

/** The states a move goes through in each direction. */
export const STATES: Readonly<
  Record<Direction, { before: ActionState; intent: ActionState; after: ActionState; kept: ActionState }>
> = {
  apply: { before: 'planned', intent: 'intent', after: 'done', kept: 'skipped' },
  undo: { before: 'done', intent: 'undoing', after: 'undone', kept: 'done' },
}

export interface MoveContext {
  store: Store
  plan: PlanHead
  direction: Direction
  disk: Disk
  folders: FolderCache
  openFiles: OpenFilesWatch
  /** Folders that are known to be there, relative. */
  knownFolders: Set<RawPath>
}

/** One move in its direction. Paths are relative to the plan's folder. */
export interface Step {
  seq: number
  from: RawPath
  to: RawPath
  /** What the file must be. */
  identity: Identity
  method: Method
  /** Set when its identity is another than was planned, after an earlier copy. */
  moved: Identity | null
  /** When it was begun, in milliseconds since 1970; 0 for one that was not. */
  begunMs: number
}

export function stepOf(move: JournalMove, direction: Direction): Step {
  const { seq, file, destination, method } = move
  if (direction === 'apply')
    return { seq, from: file, to: destination, identity: move.identity, method, moved: null, begunMs: 0 }
  return {
    seq,
    from: destination,
    to: file,
    identity: move.moved ?? move.identity,
    method: 'link',
    moved: move.moved,
    begunMs: 0,
  }
}

/** The step that a journalled intent stands for, with the method it was begun with. */
export function interruptedStep(move: JournalMove, direction: Direction): Step {
  return { ...stepOf(move, direction), method: move.method, begunMs: Number(move.outcome) }
}

/** Where a relative path is now, in its folder held open; null when that folder is not there or no longer in its place. */
export function placeOf(context: MoveContext, path: RawPath): Place | null {
  const folder = context.folders.get(joinPath(context.plan.directory, parentOf(path)))
  return folder === null ? null : { folder, name: nameOf(path) }
}

/** Name by which a file is held for an instant while it loses its old one. */
export const asideName = (context: MoveContext, step: Step) => rawPath(`.hwc-ai-${context.plan.id}-${step.seq}.moving`)

/** Name of a copy that is not complete. */
export const copyName = (context: MoveContext, step: Step) => rawPath(`.hwc-ai-${context.plan.id}-${step.seq}.copying`)

/** Content of the stub that holds a name where there are no hard links. */
export const stubMark = (context: MoveContext, step: Step) =>
  `hwc-ai holds this name for ${context.plan.id} ${step.seq}\n`
