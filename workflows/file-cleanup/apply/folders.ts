/** Makes the folders that moves need, noted in the journal before, so that undo can take them away again. */
import { isDiskFull, isSystemError } from '#lib/errors/index.ts'
import { nameOf, parentOf, type RawPath } from '#lib/files/raw-path.ts'
import { foldersOf, noteFolders } from '../journal.ts'
import { placeOf, type MoveContext, type Step } from './context.ts'

/** Folders on the way to `folder` that are not there, the outermost first. */
function missing(context: MoveContext, folder: RawPath, found: Set<RawPath>): void {
  if (folder === '' || context.knownFolders.has(folder) || found.has(folder)) return
  missing(context, parentOf(folder), found)
  const place = placeOf(context, folder)
  if (place !== null && place.folder.lstat(place.name) !== null) context.knownFolders.add(folder)
  else found.add(folder)
}

/** A folder that cannot be made is left out; the moves into it then tell why. */
function make(context: MoveContext, folder: RawPath): void {
  const place = placeOf(context, folder)
  if (place === null) return
  try {
    context.disk.makeFolder(place.folder.child(place.name))
    context.disk.syncFolder(place.folder)
  } catch (error) {
    if (!isSystemError(error) || isDiskFull(error)) throw error
  }
}

export async function makeFolders(context: MoveContext, steps: readonly Step[]): Promise<void> {
  if (context.direction === 'undo') return
  const wanted = new Set<RawPath>()
  for (const { to } of steps) missing(context, parentOf(to), wanted)
  if (wanted.size === 0) return
  await noteFolders(context.store, context.plan.n, [...wanted])
  for (const folder of wanted) make(context, folder)
}

/** Takes away the folders made for the plan that are empty. */
export async function removeEmptyFolders(context: MoveContext): Promise<void> {
  for (const folder of await foldersOf(context.store, context.plan.n)) {
    const place = placeOf(context, folder)
    if (place === null || place.folder.lstat(nameOf(folder))?.isDirectory() !== true) continue
    try {
      context.disk.removeFolder(place.folder.child(place.name))
      context.disk.syncFolder(place.folder)
    } catch {
      // Not empty, or no longer ours to remove: it stays.
    }
    context.knownFolders.delete(folder)
  }
}
