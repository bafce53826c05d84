/** Changes a plan before it is applied: another destination, or a file left out. Checked like a plan: inside, free, no links. */
import { AppError, type Fault } from '#lib/errors/index.ts'
import {
  nameOf,
  parentOf,
  parsePath,
  rawBytes,
  rawFromBytes,
  rawPath,
  showPath,
  type RawPath,
} from '#lib/files/raw-path.ts'
import type { Store } from '#lib/store/index.ts'
import { findPlan, recount } from './journal.ts'
import { relativeInside, TargetTree } from './plan/target-tree.ts'

export interface Change {
  id: number
  destination?: string | undefined
  exclude?: boolean | undefined
}

interface EditedRow {
  seq: number
  action: 'move' | 'rename' | 'skip'
  destination: RawPath | null
  reason: string
  because: string
  state: 'planned' | 'skipped'
}

interface StoredRow {
  seq: number
  file: RawPath
  action: 'move' | 'rename' | 'skip'
  destination: RawPath | null
  identity: string
  because: string
  reason: string
}

const EXCLUDED = 'You left it out of this plan.'

async function rowsOf(store: Store, plan: number, changes: readonly Change[]): Promise<Map<number, StoredRow>> {
  const ids = changes.map(({ id }) => id)
  const rows = await store.db
    .selectFrom('cleanup_actions')
    .select(['seq', 'file', 'action', 'destination', 'identity', 'because', 'reason'])
    .where('plan', '=', plan)
    .where('seq', 'in', ids)
    .execute()
  const raw = (bytes: Buffer | null) => (bytes === null ? null : rawFromBytes(bytes))
  return new Map(
    rows.map((row) => [row.seq, { ...row, file: rawFromBytes(row.file), destination: raw(row.destination) }]),
  )
}

/** The folders on the way to a path. */
const foldersAbove = (path: RawPath): RawPath[] => (path === '' ? [] : [...foldersAbove(parentOf(path)), path])

/** Whether another action of the plan goes to this path, makes it a folder, or gives a file the name of a folder above it. */
async function isPlanned(store: Store, plan: number, path: RawPath, changed: readonly number[]): Promise<boolean> {
  const names = foldersAbove(path).map(rawBytes)
  // All paths below a folder sort between `folder/` and `folder0`, as `0` follows `/`.
  const [first, last] = [rawBytes(rawPath(`${path}/`)), rawBytes(rawPath(`${path}0`))]
  const found = await store.db
    .selectFrom('cleanup_actions')
    .select('seq')
    .where('plan', '=', plan)
    .where('action', '!=', 'skip')
    .where('seq', 'not in', changed)
    .where((is) =>
      is.or([is('destination', 'in', names), is.and([is('destination', '>', first), is('destination', '<', last)])]),
    )
    .executeTakeFirst()
  return found !== undefined
}

class Editor {
  readonly faults: Fault[] = []
  readonly edited: EditedRow[] = []
  readonly #tree: TargetTree
  readonly #isPlanned: (path: RawPath) => Promise<boolean>

  constructor(root: RawPath, isPlannedElsewhere: (path: RawPath) => Promise<boolean>) {
    this.#tree = new TargetTree(root)
    this.#isPlanned = isPlannedElsewhere
  }

  async change(change: Change, index: number, row: StoredRow | undefined): Promise<void> {
    const fault = (key: string, message: string) => void this.faults.push({ path: `changes.${index}.${key}`, message })
    if (row === undefined) {
      fault('id', `the plan has no action ${change.id}`)
      return
    }
    if (row.identity === '' || (row.action === 'skip' && !EDITABLE.has(row.because))) {
      fault('id', `this cannot be moved: ${row.reason}`)
      return
    }
    if (change.exclude === true) {
      this.#exclude(row)
      return
    }
    const wanted = change.destination === undefined ? row.destination : parsePath(change.destination)
    if (wanted === null) {
      fault('destination', 'must say where the file is to go')
      return
    }
    const destination = relativeInside(wanted)
    if (destination === null) {
      fault('destination', 'must be a path inside the folder, without hidden parts, . or ..')
      return
    }
    if (destination === row.file) {
      fault('destination', 'is where the file is already')
      return
    }
    const blocked = this.#tree.blocked(parentOf(destination))
    if (blocked !== null) {
      fault('destination', blocked)
      return
    }
    if (this.#tree.isTaken(destination) || (await this.#isPlanned(destination))) {
      fault('destination', `${showPath(destination)} is taken; nothing is replaced`)
      return
    }
    this.#tree.reserve(parentOf(destination), nameOf(destination))
    this.#move(row, destination, change.destination !== undefined)
  }

  #exclude({ seq, destination }: StoredRow): void {
    this.edited.push({ seq, action: 'skip', destination, reason: EXCLUDED, because: 'excluded', state: 'skipped' })
  }

  #move({ seq, file, reason, because }: StoredRow, destination: RawPath, isNew: boolean): void {
    const byPerson = isNew || because === 'excluded'
    this.edited.push({
      seq,
      action: parentOf(destination) === parentOf(file) ? 'rename' : 'move',
      destination,
      reason: byPerson ? 'You chose this place.' : reason,
      because: byPerson ? 'person' : because,
      state: 'planned',
    })
  }
}

/** Skipped files that a person may move all the same: nothing but a missing decision kept them. */
const EDITABLE: ReadonlySet<string> = new Set(['excluded', 'no-rule', 'left-by-rule', 'ignored', 'blocked', 'in-place'])

async function save(store: Store, plan: { n: number; id: string }, edited: readonly EditedRow[]): Promise<void> {
  await store.db.transaction().execute(async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('cleanup_plans')
      .set({ status: 'planned' })
      .where('n', '=', plan.n)
      .where('status', '=', 'planned')
      .executeTakeFirst()
    if (numUpdatedRows !== 1n) throw notEditable(plan.id)
    for (const { seq, destination, ...row } of edited) {
      const bytes = destination === null ? null : rawBytes(destination)
      await transaction
        .updateTable('cleanup_actions')
        .set({ ...row, destination: bytes })
        .where('plan', '=', plan.n)
        .where('seq', '=', seq)
        .execute()
    }
  })
}

const notEditable = (id: string) =>
  new AppError('plan-state', `The plan ${id} was applied already or is being applied.`, {
    hint: 'Undo it, or plan the folder anew.',
  })

/**
 * Makes all changes, or none when one of them has a fault.
 * @throws AppError `not-found`, `plan-state`, `invalid-input` with every fault
 */
export async function editPlan(store: Store, id: string, changes: readonly Change[]): Promise<void> {
  const plan = await findPlan(store, id)
  if (plan === null) throw new AppError('not-found', `There is no cleanup plan ${id}.`)
  if (plan.status !== 'planned') throw notEditable(id)
  const rows = await rowsOf(store, plan.n, changes)
  const ids = changes.map((change) => change.id)
  const editor = new Editor(plan.directory, (path) => isPlanned(store, plan.n, path, ids))
  for (const [index, change] of changes.entries()) await editor.change(change, index, rows.get(change.id))
  if (editor.faults.length > 0)
    throw new AppError('invalid-input', 'The plan was not changed: some of the changes are not possible.', {
      faults: editor.faults,
    })
  await save(store, plan, editor.edited)
  await recount(store, plan.n)
}
