import type Database from 'better-sqlite3'
import type { Migration } from '../migrate.ts'
import type { ActionState, CleanupTables } from './0003-cleanup.ts'

export interface PackedCleanupTables {
  /** The actions of a plan, some hundreds to a row; `workflows/file-cleanup/packed.ts` reads and writes them. */
  cleanup_chunks: {
    plan: number
    /** Number of its first action; the others follow without gaps. */
    first: number
    /** Actions of each sort, so that a page of one sort can leave chunks out unread. */
    move: number
    rename: number
    skip: number
    /** JSON: the different reasons. */
    reasons: string
    /** JSON: the actions. */
    actions: string
  }
  /** What became of an action; one that has no row here is still as it was planned. */
  cleanup_moves: {
    plan: number
    seq: number
    state: ActionState
    /** How it is moved: `link`, `stub` or `copy`; see workflows/file-cleanup/design.md. */
    method: string
    /** What came of it, when that is not what was planned; while it is begun, when that was, in milliseconds since 1970. */
    outcome: string | null
    /** Identity after the move, where it is another: after a copy to another device. */
    moved: string | null
  }
}

type OldAction = CleanupTables['cleanup_actions']
type NewChunk = PackedCleanupTables['cleanup_chunks']

/** Actions of one chunk, and rows in memory at a time. */
const AT_ONCE = 512

/** The form of a chunk as it was when this step was made. */
function chunkOf(head: OldAction, rows: readonly OldAction[]): NewChunk {
  const counts = { move: 0, rename: 0, skip: 0 }
  const reasons = new Map<string, number>()
  const actions = rows.map(({ file, action, destination, reason, because, category, size, identity }) => {
    counts[action]++
    const shared = JSON.stringify([action, because, category, reason])
    const why = reasons.get(shared) ?? reasons.size
    reasons.set(shared, why)
    return [file.toString('latin1'), destination?.toString('latin1') ?? null, why, size, identity]
  })
  return {
    plan: head.plan,
    first: head.seq,
    ...counts,
    reasons: `[${[...reasons.keys()].join(',')}]`,
    actions: JSON.stringify(actions),
  }
}

function packActions(database: Database.Database): void {
  const plans = database.prepare<[], number>('SELECT n FROM cleanup_plans ORDER BY n').pluck().all()
  const next = database.prepare<[number, number], OldAction>(
    `SELECT * FROM cleanup_actions WHERE plan = ? AND seq >= ? ORDER BY seq LIMIT ${AT_ONCE}`,
  )
  const insert = database.prepare<[NewChunk]>(
    'INSERT INTO cleanup_chunks VALUES (@plan, @first, @move, @rename, @skip, @reasons, @actions)',
  )
  for (const plan of plans)
    for (let from = 0; ;) {
      const rows = next.all(plan, from)
      const [head] = rows
      if (head === undefined) break
      // A plan that was being forgotten has lost its start; the place in a chunk is the number, so none may have a gap.
      const unbroken = rows.filter(({ seq }, i) => seq === head.seq + i)
      insert.run(chunkOf(head, unbroken))
      from = head.seq + unbroken.length
    }
}

export const migration: Migration = {
  id: '0009-packed-cleanup',
  statements: [
    `CREATE TABLE cleanup_chunks (
      plan INTEGER NOT NULL REFERENCES cleanup_plans (n) ON DELETE CASCADE, first INTEGER NOT NULL, move INTEGER NOT NULL,
      rename INTEGER NOT NULL, skip INTEGER NOT NULL, reasons TEXT NOT NULL, actions TEXT NOT NULL, PRIMARY KEY (plan, first)) STRICT`,
    `CREATE TABLE cleanup_moves (
      plan INTEGER NOT NULL REFERENCES cleanup_plans (n) ON DELETE CASCADE, seq INTEGER NOT NULL, state TEXT NOT NULL,
      method TEXT NOT NULL, outcome TEXT, moved TEXT, PRIMARY KEY (plan, seq)) STRICT, WITHOUT ROWID`,
    packActions,
    `INSERT INTO cleanup_moves SELECT plan, seq, state, method, outcome, moved FROM cleanup_actions
      WHERE state <> iif(action = 'skip', 'skipped', 'planned') OR method <> 'link' OR outcome IS NOT NULL OR moved IS NOT NULL`,
    `DROP TABLE cleanup_actions`,
    // What may be forgotten is looked for by status, beside plans that are kept for ever.
    `DROP INDEX cleanup_plans_busy`,
    `CREATE INDEX cleanup_plans_by_status ON cleanup_plans (status)`,
  ],
}
