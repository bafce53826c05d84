/** One line of a plan while it is being made. */
import type { ContentType } from '#lib/files/content-type/index.ts'
import type { Identity } from '#lib/files/identity.ts'
import { joinPath, parentOf, showPath, type RawPath } from '#lib/files/raw-path.ts'

/** Why an action is what it is, as a word to count by. */
export const CAUSES = [
  'rule',
  'model',
  'duplicate',
  'person',
  'in-place',
  'no-rule',
  'left-by-rule',
  'ignored',
  'hidden',
  'project-folder',
  'link',
  'special-file',
  'partial-download',
  'open-for-writing',
  'read-only',
  'unreadable',
  'blocked',
  'excluded',
] as const
export type Cause = (typeof CAUSES)[number]

export interface PlannedAction {
  /** Relative to the tidied folder. */
  file: RawPath
  action: 'move' | 'rename' | 'skip'
  destination: RawPath | null
  /** The name it was to get, when that is taken and the destination has a numbered one. */
  takenName: RawPath | null
  /** One string for all files with the same; {@link reasonOf} is all that is to be said. */
  reason: string
  because: Cause
  category: string | null
  sizeBytes: number
  identity: Identity
}

/** Put together only where it is told: kept for 100,000 files, of which no two say the same, it would take 30 MB. */
export function reasonOf({ reason, takenName, destination }: PlannedAction): string {
  if (takenName === null || destination === null) return reason
  return `${reason} ${showPath(joinPath(parentOf(destination), takenName))} is taken, so it gets a number.`
}

/** A regular file that may be moved. One object a file: of 100,000 each field takes almost a megabyte. */
export interface Candidate {
  /** Relative, `''` at the top; one string for all files in it. */
  folder: RawPath
  name: RawPath
  identity: Identity
  sizeBytes: number
  modifiedMs: number
  /** Number of names (hard links) the file has. */
  names: number
  /** Far less is on the disk than its size says. */
  sparse: boolean
  /** Null until it is looked into, and when it cannot be read. */
  content: ContentType | null
  /** The oldest file with the same content, where there is one. */
  original: Candidate | null
}

/** One that was looked into. */
export type Inspected = Candidate & { content: ContentType }

export const pathOf = ({ folder, name }: Candidate): RawPath => joinPath(folder, name)

export function skip(
  file: RawPath,
  because: Cause,
  reason: string,
  from?: Pick<Candidate, 'sizeBytes' | 'identity'>,
): PlannedAction {
  return {
    file,
    action: 'skip',
    destination: null,
    takenName: null,
    reason,
    because,
    category: null,
    sizeBytes: from?.sizeBytes ?? 0,
    identity: from?.identity ?? '',
  }
}
