/** Changes a plan before it is applied: another destination, or a file left out. Checked like a plan: inside, free, no links. */
import type { Kysely } from 'kysely'
import { AppError, type Fault } from '#lib/errors/index.ts'
import { nameOf, parentOf, parsePath, showPath, type RawPath } from '#lib/files/raw-path.ts'
import type { Store, Tables } from '#lib/store/index.ts'
import { findPlan } from './journal.ts'
import { actionsAt, chunkHeads, readChunk, rewriteChunk, sizeOf } from './packed.ts'
import type { PlannedAction } from './plan/action.ts'
import { relativeInside, TargetTree } from './plan/target-tree.ts'
import { countAction } from './saved-plan.ts'
import { readSummary } from './view.ts'

export interface Change {
  id: number
  destination?: string | undefined
  exclude?: boolean | undefined
}

const EXCLUDED = 'You left it out of this plan.'

/** The folders on the way to a path, and the path. */
const upTo = (path: RawPath): RawPath[] => (path === '' ? [] : [...upTo(parentOf(path)), path])

/** Where a change wants its file, before it is looked at whether that is possible; null when it says nothing of it. */
function wantedBy(change: Change, action: PlannedAction): RawPath | null {
  return change.destination === undefined ? action.destination : parsePath(change.destination)
}

/** What the unchanged rest of the plan does with the places that changes want. */
class PlannedPlaces {
  readonly #wanted: ReadonlySet<RawPath>
  readonly #above: ReadonlySet<RawPath>
  /** Of those: files that are put there, and folders that are made there. */
  readonly #files = new Set<RawPath>()
  readonly #folders = new Set<RawPath>()

  constructor(wanted: readonly RawPath[]) {
    this.#wanted = new Set(wanted)
    this.#above = new Set(wanted.flatMap(upTo))
  }

  add({ action, destination }: PlannedAction): void {
    if (action === 'skip' || destination === null) return
    if (this.#above.has(destination)) this.#files.add(destination)
    for (let folder = parentOf(destination); folder !== ''; folder = parentOf(folder))
      if (this.#wanted.has(folder)) this.#folders.add(folder)
  }

  /** Whether an action goes to this path, makes it a folder, or gives a file the name of a folder above it. */
  has(path: RawPath): boolean {
    return this.#folders.has(path) || upTo(path).some((step) => this.#files.has(step))
  }
}

async function placesOf(
  db: Kysely<Tables>,
  plan: number,
  changes: readonly Change[],
  actions: ReadonlyMap<number, PlannedAction>,
): Promise<PlannedPlaces> {
  const wanted = changes.flatMap((change) => {
    const action = actions.get(change.id)
    const path = action === undefined || change.exclude === true ? null : wantedBy(change, action)
    const place = path === null ? null : relativeInside(path)
    return place === null ? [] : [place]
  })
  const places = new PlannedPlaces(wanted)
  if (wanted.length === 0) return places
  const changed = new Set(changes.map(({ id }) => id))
  for (const { first } of await chunkHeads(db, plan))
    for (const [i, action] of (await readChunk(db, plan, first)).entries())
      if (!changed.has(first + i)) places.add(action)
  return places
}

class Editor {
  readonly faults: Fault[] = []
  readonly edited = new Map<number, PlannedAction>()
  readonly #tree: TargetTree
  readonly #places: PlannedPlaces

  constructor(root: RawPath, places: PlannedPlaces) {
    this.#tree = new TargetTree(root)
    this.#places = places
  }

  change(change: Change, index: number, action: PlannedAction | undefined): void {
    const fault = (key: string, message: string) => void this.faults.push({ path: `changes.${index}.${key}`, message })
    if (action === undefined) {
      fault('id', `the plan has no action ${change.id}`)
      return
    }
    if (action.identity === '' || (action.action === 'skip' && !EDITABLE.has(action.because))) {
      fault('id', `this cannot be moved: ${action.reason}`)
      return
    }
    if (change.exclude === true) {
      this.edited.set(change.id, { ...action, action: 'skip', takenName: null, reason: EXCLUDED, because: 'excluded' })
      return
    }
    const wanted = wantedBy(change, action)
    if (wanted === null) {
      fault('destination', 'must say where the file is to go')
      return
    }
    const destination = relativeInside(wanted)
    if (destination === null) {
      fault('destination', 'must be a path inside the folder, without hidden parts, . or ..')
      return
    }
    if (destination === action.file) {
      fault('destination', 'is where the file is already')
      return
    }
    const blocked = this.#tree.blocked(parentOf(destination))
    if (blocked !== null) {
      fault('destination', blocked)
      return
    }
    if (this.#tree.isTaken(destination) || this.#places.has(destination)) {
      fault('destination', `${showPath(destination)} is taken; nothing is replaced`)
      return
    }
    this.#tree.reserve(parentOf(destination), nameOf(destination))
    this.#move(change, action, destination)
  }

  #move(change: Change, action: PlannedAction, destination: RawPath): void {
    const sort = parentOf(destination) === parentOf(action.file) ? 'rename' : 'move'
    const moved = { ...action, action: sort, destination } as const
    const byPerson = change.destination !== undefined || action.because === 'excluded'
    const chosen = { takenName: null, reason: 'You chose this place.', because: 'person' } as const
    this.edited.set(change.id, byPerson ? { ...moved, ...chosen } : moved)
  }
}

/** Skipped files that a person may move all the same: nothing but a missing decision kept them. */
const EDITABLE: ReadonlySet<string> = new Set(['excluded', 'no-rule', 'left-by-rule', 'ignored', 'blocked', 'in-place'])

async function save(db: Kysely<Tables>, plan: number, edited: ReadonlyMap<number, PlannedAction>): Promise<void> {
  const stored = await db.selectFrom('cleanup_plans').select('summary').where('n', '=', plan).executeTakeFirstOrThrow()
  const summary = readSummary(stored.summary)
  for (const head of await chunkHeads(db, plan)) {
    const numbers = [...edited.keys()].filter((id) => id >= head.first && id < head.first + sizeOf(head))
    if (numbers.length === 0) continue
    const actions = (await readChunk(db, plan, head.first)).map((before, i) => {
      const after = edited.get(head.first + i)
      if (after === undefined) return before
      countAction(summary, before, -1)
      countAction(summary, after, 1)
      return after
    })
    await rewriteChunk(db, plan, head.first, actions)
  }
  await db
    .updateTable('cleanup_plans')
    .set({ summary: JSON.stringify(summary) })
    .where('n', '=', plan)
    .execute()
}

const notEditable = (id: string) =>
  new AppError('plan-state', `The plan ${id} was applied already or is being applied.`, {
    hint: 'Undo it, or plan the folder anew.',
  })

/** Keeps everyone else from writing until the transaction ends; fails when the plan is no longer to be changed. */
async function hold(db: Kysely<Tables>, plan: { n: number; id: string }): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('cleanup_plans')
    .set({ status: 'planned' })
    .where('n', '=', plan.n)
    .where('status', '=', 'planned')
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw notEditable(plan.id)
}

/**
 * Makes all changes, or none when one of them has a fault. From the first look to the last word it is one transaction: changes that two
 * people make at once do not undo each other.
 * @throws AppError `not-found`, `plan-state`, `invalid-input` with every fault
 */
export async function editPlan(store: Store, id: string, changes: readonly Change[]): Promise<void> {
  const plan = await findPlan(store, id)
  if (plan === null) throw new AppError('not-found', `There is no cleanup plan ${id}.`)
  await store.db.transaction().execute(async (db) => {
    await hold(db, plan)
    const ids = changes.map((change) => change.id)
    const actions = await actionsAt(db, plan.n, ids)
    const editor = new Editor(plan.directory, await placesOf(db, plan.n, changes, actions))
    for (const [index, change] of changes.entries()) editor.change(change, index, actions.get(change.id))
    if (editor.faults.length > 0)
      throw new AppError('invalid-input', 'The plan was not changed: some of the changes are not possible.', {
        faults: editor.faults,
      })
    await save(db, plan.n, editor.edited)
  })
}
