/**
 * Writes an export. The order is what makes it safe to break off anywhere:
 *
 * 1. every new file is written beside the tree and put on the disk;
 * 2. the manifest says which files are about to be written, and with what;
 * 3. each file is moved to its place, if what is there is still what was planned on; obsolete files go;
 * 4. the manifest says that it is done.
 *
 * After a crash in 3, the next export finds each file as the old or the new manifest knows it, and completes the tree.
 */
import { renameSync } from 'node:fs'
import { AppError, isSystemError } from '#lib/errors/index.ts'
import type { PinnedFolder } from '#lib/files/pinned-folder.ts'
import { rawPath } from '#lib/files/raw-path.ts'
import type { Written } from '../operations/schemas.ts'
import { MANIFEST, type Manifest, manifestText, sha256 } from './manifest.ts'
import { type PlannedFile, withDiff } from './plan.ts'
import { Staging } from './staging.ts'
import type { TargetFolder } from './target-folder.ts'

export interface WriteOptions {
  /** Overwrite files that were changed or made by hand. */
  force: boolean
  /** Files whose hand edit is taken as it is: only a further change of the export is a conflict again. */
  keep: readonly string[]
  /** Of the app. */
  version: string
}

type Decision = 'write' | 'remove' | 'leave'

function decide({ state, blocked }: PlannedFile, force: boolean): Decision {
  if (blocked !== null) return 'leave'
  switch (state) {
    case 'new':
    case 'changed':
      return 'write'
    case 'edited':
    case 'conflict':
    case 'foreign':
      return force ? 'write' : 'leave'
    case 'obsolete':
      return 'remove'
    case 'same':
    case 'left':
      return 'leave'
  }
}

/** What the manifest says of a file when the export is done; null for one that is none of the export's. */
function finalHash(file: PlannedFile, decision: Decision, base: Manifest | null, kept: boolean): string | null {
  const { path, state, after } = file
  if (decision === 'remove') return null
  if (after !== null && (decision === 'write' || state === 'same' || state === 'edited' || kept)) return sha256(after)
  const files = base?.files ?? {}
  return Object.hasOwn(files, path) ? (files[path] ?? null) : null
}

function assertKept(keep: readonly string[], files: readonly PlannedFile[]): void {
  const byHand = files.filter(
    ({ state, blocked }) => ['edited', 'conflict', 'foreign'].includes(state) && blocked === null,
  )
  const known = new Set(byHand.map(({ path }) => path))
  const faults = keep
    .filter((path) => !known.has(path))
    .map((path) => ({ path: 'keep', message: `${path} is no file of the export that was changed by hand` }))
  if (faults.length > 0)
    throw new AppError('invalid-input', faults.map(({ message }) => message).join('\n'), { faults })
}

async function putManifest(staging: Staging, root: PinnedFolder, text: string): Promise<void> {
  renameSync(await staging.write(text), root.child(rawPath(MANIFEST)))
  root.sync()
}

/** Moves a staged file to its place, unless what is there is no longer what was planned on. */
function place(staged: string | Buffer, file: PlannedFile, target: TargetFolder): boolean {
  const { folder, name } = target.folderFor(file.path)
  if (!isAsPlanned(file, target)) return false
  try {
    renameSync(staged, folder.child(name))
  } catch (cause) {
    if (!isSystemError(cause, 'EXDEV')) throw cause
    throw new AppError('conflict', `${file.path} lies on another file system than the folder of the export.`, { cause })
  }
  return true
}

function isAsPlanned(file: PlannedFile, target: TargetFolder): boolean {
  const found = target.find(file.path)
  return found.kind === 'absent' ? file.hash === null : found.kind === 'file' && found.hash === file.hash
}

interface Work {
  file: PlannedFile
  decision: Decision
}

/** What lies there of exports, those that broke off included: after another crash, only this is known of it. */
function knownNow(work: readonly Work[], base: Manifest): Record<string, string> {
  const ours = work.flatMap(({ file: { path, state, hash } }) =>
    hash !== null && (state === 'same' || state === 'changed' || state === 'obsolete') ? [[path, hash] as const] : [],
  )
  return { ...base.files, ...Object.fromEntries(ours) }
}

/** Steps 1 to 3. @returns the files that were changed by someone else since they were planned, and left */
async function carryOut(
  work: readonly Work[],
  base: Manifest,
  target: TargetFolder,
  staging: Staging,
): Promise<Set<string>> {
  const writes = work.flatMap(({ file, decision }) =>
    decision === 'write' && file.after !== null ? [{ file, after: file.after }] : [],
  )
  const staged = await Promise.all(writes.map(async (write) => ({ ...write, path: await staging.write(write.after) })))
  const pending = Object.fromEntries(writes.map(({ file, after }) => [file.path, sha256(after)]))
  await putManifest(staging, target.root, manifestText({ ...base, files: knownNow(work, base), pending }))
  const overtaken = new Set<string>()
  for (const { file, path } of staged) if (!place(path, file, target)) overtaken.add(file.path)
  for (const { file, decision } of work) {
    if (decision !== 'remove') continue
    if (isAsPlanned(file, target)) target.remove(file.path)
    else overtaken.add(file.path)
  }
  await target.sync()
  return overtaken
}

function resultOf(
  work: readonly Work[],
  overtaken: ReadonlySet<string>,
  directory: string,
  keep: ReadonlySet<string>,
): Written {
  const done = (decision: Decision) =>
    work.filter((item) => item.decision === decision && !overtaken.has(item.file.path)).map(({ file }) => file.path)
  const left = work.filter(
    ({ file, decision }) => overtaken.has(file.path) || (decision === 'leave' && file.state !== 'same'),
  )
  const kept = left.map(({ file }) => withDiff(overtaken.has(file.path) ? { ...file, state: 'conflict' } : file))
  return {
    directory,
    written: done('write'),
    removed: done('remove'),
    unchanged: work.filter(({ file }) => file.state === 'same').length,
    kept,
    complete: !kept.some(({ path, state }) => (state === 'conflict' || state === 'foreign') && !keep.has(path)),
  }
}

/**
 * Carries out a plan.
 * @param base the manifest that it was planned with
 * @throws AppError `conflict` while another export has the folder, `invalid-input` for a file to keep that there is not
 */
export async function writeExport(
  files: readonly PlannedFile[],
  base: Manifest | null,
  target: TargetFolder,
  { force, keep, version }: WriteOptions,
): Promise<Written> {
  assertKept(keep, files)
  const wanted = new Set(keep)
  const work = files.map((file) => ({ file, decision: wanted.has(file.path) ? 'leave' : decide(file, force) }) as const)
  const from: Manifest = base ?? { format: 1, version, files: {} }
  const finalText = (overtaken: ReadonlySet<string>) => {
    const entries = work.flatMap(({ file, decision }) => {
      const hash = finalHash(file, overtaken.has(file.path) ? 'leave' : decision, base, wanted.has(file.path))
      return hash === null ? [] : [[file.path, hash] as const]
    })
    return manifestText({ format: 1, version, files: Object.fromEntries(entries) })
  }
  const isDone = work.every(({ decision }) => decision === 'leave')
  if (isDone && base !== null && finalText(new Set()) === manifestText(base)) {
    Staging.clear(target.root)
    return resultOf(work, new Set(), target.path, wanted)
  }
  using staging = new Staging(target.root)
  const overtaken = isDone ? new Set<string>() : await carryOut(work, from, target, staging)
  await putManifest(staging, target.root, finalText(overtaken))
  return resultOf(work, overtaken, target.path, wanted)
}
