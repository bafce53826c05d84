/**
 * The actions of a plan as the store keeps them: packed, some hundreds to a row, as a plan is read from its start to its end and hardly
 * ever changed. What happens to an action later is kept beside it (`journal.ts`).
 */
import type { Kysely } from 'kysely'
import type { Identity } from '#lib/files/identity.ts'
import type { RawPath } from '#lib/files/raw-path.ts'
import type { SqlValue, Tables } from '#lib/store/index.ts'
import type { Cause, PlannedAction } from './plan/action.ts'

/** Actions of one chunk at most: small enough to unpack for a page of twenty. */
export const CHUNK_ACTIONS = 512

/**
 * An action; it gets its place in the plan from its place in the chunk. `why` is an index into the chunk's reasons. A path is text of
 * one character a byte, which JSON holds without loss, whatever the bytes are.
 */
type PackedAction = [
  file: RawPath,
  destination: RawPath | null,
  why: number,
  size: number,
  identity: Identity,
  takenName?: RawPath,
]

/** What many actions of a chunk have in common. */
type PackedReason = [action: PlannedAction['action'], because: Cause, category: string | null, reason: string]

/** How many actions of each sort a chunk has. */
interface ChunkCounts {
  move: number
  rename: number
  skip: number
}

/** A chunk without its actions. */
export interface ChunkHead extends ChunkCounts {
  /** Number of its first action. */
  first: number
}

export const sizeOf = ({ move, rename, skip }: ChunkCounts) => move + rename + skip

/** Gives each different reason of a chunk its index. */
class Reasons {
  readonly list: PackedReason[] = []
  /** The text is one string for all actions that share it, so that looking it up costs next to nothing. */
  readonly #byText = new Map<string, number[]>()

  indexOf({ action, because, category, reason }: PlannedAction): number {
    const same = this.#byText.get(reason)
    const known = same?.find((index) => {
      const [a, b, c] = this.list[index] ?? []
      return a === action && b === because && c === category
    })
    if (known !== undefined) return known
    const index = this.list.push([action, because, category, reason]) - 1
    if (same === undefined) this.#byText.set(reason, [index])
    else same.push(index)
    return index
  }
}

/** Columns of a chunk that its actions make up. */
export interface PackedChunk extends ChunkCounts {
  reasons: string
  actions: string
}

export function pack(actions: readonly PlannedAction[]): PackedChunk {
  const counts: ChunkCounts = { move: 0, rename: 0, skip: 0 }
  const reasons = new Reasons()
  const packed = actions.map((action): PackedAction => {
    counts[action.action]++
    const { file, destination, takenName, sizeBytes, identity } = action
    const why = reasons.indexOf(action)
    return takenName === null
      ? [file, destination, why, sizeBytes, identity]
      : [file, destination, why, sizeBytes, identity, takenName]
  })
  return { ...counts, reasons: JSON.stringify(reasons.list), actions: JSON.stringify(packed) }
}

export function unpack(chunk: Pick<PackedChunk, 'reasons' | 'actions'>): PlannedAction[] {
  const reasons = JSON.parse(chunk.reasons) as PackedReason[]
  const packed = JSON.parse(chunk.actions) as PackedAction[]
  return packed.map(([file, destination, why, sizeBytes, identity, takenName = null]) => {
    const shared = reasons[why]
    if (shared === undefined) throw new RangeError(`A stored cleanup action has no reason ${why}.`)
    const [action, because, category, reason] = shared
    return { file, action, destination, takenName, reason, because, category, sizeBytes, identity }
  })
}

export const CHUNK_COLUMNS = ['plan', 'first', 'move', 'rename', 'skip', 'reasons', 'actions']

/** Packs the actions from `from` up to `to`, each chunk when it is asked for. @param from a multiple of {@link CHUNK_ACTIONS} */
export function* chunkRows(
  plan: number,
  actions: readonly PlannedAction[],
  from: number,
  to: number,
): Iterable<readonly SqlValue[]> {
  for (let first = from; first < Math.min(to, actions.length); first += CHUNK_ACTIONS) {
    const chunk = pack(actions.slice(first, Math.min(first + CHUNK_ACTIONS, to)))
    yield [plan, first, chunk.move, chunk.rename, chunk.skip, chunk.reasons, chunk.actions]
  }
}

/** The chunks of a plan in order: for 100,000 actions 200 small rows. */
export function chunkHeads(db: Kysely<Tables>, plan: number): Promise<ChunkHead[]> {
  return db
    .selectFrom('cleanup_chunks')
    .select(['first', 'move', 'rename', 'skip'])
    .where('plan', '=', plan)
    .orderBy('first')
    .execute()
}

/** The actions of one chunk, the first of which has the number `first`. */
export async function readChunk(db: Kysely<Tables>, plan: number, first: number): Promise<PlannedAction[]> {
  const chunk = await db
    .selectFrom('cleanup_chunks')
    .select(['reasons', 'actions'])
    .where('plan', '=', plan)
    .where('first', '=', first)
    .executeTakeFirstOrThrow()
  return unpack(chunk)
}

/** Writes a chunk anew after some of its actions changed. */
export async function rewriteChunk(
  db: Kysely<Tables>,
  plan: number,
  first: number,
  actions: readonly PlannedAction[],
): Promise<void> {
  await db
    .updateTable('cleanup_chunks')
    .set(pack(actions))
    .where('plan', '=', plan)
    .where('first', '=', first)
    .execute()
}

/**
 * Some actions of a plan by their numbers, each chunk unpacked once.
 * @param numbers in any order; those that the plan does not have are left out
 */
export async function actionsAt(
  db: Kysely<Tables>,
  plan: number,
  numbers: readonly number[],
): Promise<Map<number, PlannedAction>> {
  const wanted = numbers.toSorted((a, b) => a - b)
  const found = new Map<number, PlannedAction>()
  let next = 0
  for (const head of await chunkHeads(db, plan)) {
    const end = head.first + sizeOf(head)
    if ((wanted[next] ?? Infinity) >= end) continue
    const actions = await readChunk(db, plan, head.first)
    for (; next < wanted.length; next++) {
      const number = wanted[next] ?? Infinity
      if (number >= end) break
      const action = actions[number - head.first]
      if (action !== undefined) found.set(number, action)
    }
  }
  return found
}
