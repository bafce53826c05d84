import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rawBytes, rawFromBytes, rawPath, showPath, type RawPath } from '#lib/files/raw-path.ts'
import { openStore } from '#lib/store/index.ts'
import { migrate } from '#lib/store/migrate.ts'
import { migration as oldCleanup, type CleanupTables } from '#lib/store/migrations/0003-cleanup.ts'
import { movePlan, recoverPlans } from './apply/job.ts'
import { actionsAt } from './packed.ts'
import { reasonOf } from './plan/action.ts'
import { plannedState, savePlan } from './saved-plan.ts'
import { anyAction, planOf } from './testing/actions.ts'
import { pdf } from './testing/contents.ts'
import { makeMessyFolder } from './testing/messy-folder.ts'
import { Scene } from './testing/scene.ts'
import { breakAt, steppingDisk, steppingStore } from './testing/stepping.ts'
import { viewPlan } from './view.ts'

type OldAction = CleanupTables['cleanup_actions']

/** What a store holds of its plans, written as it was before actions were packed. @returns the file, and the rows */
async function asBefore(scene: Scene): Promise<{ file: string; rows: OldAction[] }> {
  const file = join(scene.home, 'before.sqlite')
  const database = new Database(file)
  migrate(database, [oldCleanup])
  const { db } = scene.store
  const insert = (table: string, rows: readonly object[]) => {
    const names = Object.keys(rows[0] ?? {})
    if (names.length === 0) return
    const values = names.map((name) => `@${name}`).join()
    const statement = database.prepare(`INSERT INTO ${table} (${names.join()}) VALUES (${values})`)
    database.transaction(() => rows.forEach((row) => statement.run(row)))()
  }
  const plans = await db.selectFrom('cleanup_plans').selectAll().execute()
  insert('cleanup_plans', plans)
  insert('cleanup_folders', await db.selectFrom('cleanup_folders').selectAll().execute())
  const rows: OldAction[] = []
  for (const { n, actions } of plans) {
    const moves = await db.selectFrom('cleanup_moves').selectAll().where('plan', '=', n).execute()
    const bySeq = new Map(moves.map((move) => [move.seq, move]))
    const all = await actionsAt(db, n, [...Array(actions).keys()])
    for (const [seq, planned] of all) {
      const { file: name, action, destination, because, category, sizeBytes: size, identity } = planned
      const begin = { plan: n, seq, state: plannedState(planned), method: 'link', outcome: null, moved: null } as const
      const bytes = { file: rawBytes(name), destination: destination === null ? null : rawBytes(destination) }
      rows.push({
        ...begin,
        ...bySeq.get(seq),
        ...bytes,
        action,
        reason: reasonOf(planned),
        because,
        category,
        size,
        identity,
      })
    }
  }
  insert('cleanup_actions', rows)
  database.close()
  return { file, rows }
}

const shown = (path: Buffer | null) => (path === null ? null : showPath(rawFromBytes(path)))

describe('a store of the version before', () => {
  it('shows the very same actions after the upgrade, however many', { timeout: 120_000 }, async () => {
    const states = fc.constantFrom<OldAction['state']>(
      'planned',
      'intent',
      'done',
      'skipped',
      'failed',
      'undoing',
      'undone',
    )
    const plans = fc.record({
      some: fc.array(anyAction, { minLength: 1, maxLength: 40 }),
      count: fc.constantFrom(0, 1, 511, 512, 513, 3000),
      states: fc.array(states, { minLength: 1, maxLength: 9 }),
      /** A plan that was being forgotten has lost its start. */
      lost: fc.constantFrom(0, 0, 300),
    })
    await fc.assert(
      fc.asyncProperty(plans, async ({ some, count, states: chosen, lost }) => {
        using scene = new Scene()
        const actions = Array.from({ length: count }, (_, i) => some[i % some.length]).filter(
          (one) => one !== undefined,
        )
        const made = { ...planOf(actions), directory: rawPath('/gone'), recursive: true }
        const { id } = await savePlan(scene.store, made, new Date(), 'owner')
        const { file, rows } = await asBefore(scene)
        const database = new Database(file)
        database.exec(`BEGIN; DELETE FROM cleanup_actions WHERE seq < ${lost}`)
        const set = database.prepare('UPDATE cleanup_actions SET state = ?, outcome = ?, method = ? WHERE seq = ?')
        const expected = rows.slice(lost).map((row) => {
          const state = row.action === 'skip' ? row.state : (chosen[row.seq % chosen.length] ?? row.state)
          const outcome = state === 'planned' || row.action === 'skip' ? null : `${state} ${row.seq}`
          set.run(state, outcome, outcome === null ? 'link' : 'copy', row.seq)
          return {
            id: row.seq,
            file: shown(row.file),
            action: row.action,
            destination: row.action === 'skip' ? null : shown(row.destination),
            reason: row.reason,
            because: row.because,
            category: row.category,
            size_bytes: row.size,
            state,
            outcome: state === 'intent' || state === 'undoing' ? null : outcome,
          }
        })
        database.exec('COMMIT')
        database.close()
        const store = openStore(file)
        const view = await viewPlan(store, id, { limit: 10_000, offset: 0 })
        const moves = await store.db.selectFrom('cleanup_moves').select(['seq', 'outcome', 'method']).execute()
        await store.close()
        expect(view.actions).toEqual(expected)
        const tried = expected.filter(({ action, state }) => action !== 'skip' && state !== 'planned')
        expect(moves).toEqual(tried.map(({ id: seq, state }) => ({ seq, outcome: `${state} ${seq}`, method: 'copy' })))
      }),
      { numRuns: 25 },
    )
  })

  const undo = (id: string, scene: Scene) => movePlan(id, 'undo', scene.options())
  const applied = async (id: string, scene: Scene) => {
    await movePlan(id, 'apply', scene.options())
    return id
  }
  const dies = (direction: 'apply' | 'undo') => async (id: string, scene: Scene) => {
    if (direction === 'undo') await applied(id, scene)
    const { step } = breakAt(60)
    const options = scene.options(steppingDisk(step), steppingStore(scene.store, step))
    await movePlan(id, direction, options).catch(() => undefined)
    await scene.died(id, direction)
    const begun = (await scene.view(id)).actions.filter(({ state }) => state === 'intent' || state === 'undoing')
    expect(begun).not.toEqual([])
  }
  const lives: readonly (readonly [string, (id: string, scene: Scene) => Promise<unknown>])[] = [
    ['was planned', () => Promise.resolve()],
    ['was applied', applied],
    ['was left half applied', dies('apply')],
    ['was undone', async (id, scene) => undo(await applied(id, scene), scene)],
    ['was left half undone', dies('undo')],
  ]
  it.each(lives)('takes a plan that %s to its end, and back', async (_, live) => {
    using scene = new Scene()
    makeMessyFolder(scene.root, { files: 40, seed: 3 })
    mkdirSync(join(scene.root, 'sub'))
    const odd: RawPath = rawPath(`${scene.root}/sub/caf\xe9 \xff.pdf`)
    writeFileSync(rawBytes(odd), pdf('not UTF-8'))
    const before = scene.snapshot()
    const { plan_id } = await scene.plan({ recursive: true })
    await live(plan_id, scene)
    const page = { limit: 10_000, offset: 0, check: true }
    const seen = await viewPlan(scene.store, plan_id, page)
    const { file } = await asBefore(scene)

    const store = openStore(file)
    const options = scene.options(undefined, store)
    expect(await viewPlan(store, plan_id, page)).toEqual(seen)
    await recoverPlans(options, (id, error) => {
      throw new Error(id, { cause: error })
    })
    const { status } = await viewPlan(store, plan_id, page)
    if (status === 'planned') await movePlan(plan_id, 'apply', options)
    if (status !== 'undone') {
      expect((await viewPlan(store, plan_id, page)).summary).toMatchObject({ done: seen.summary.move, failed: 0 })
      await movePlan(plan_id, 'undo', options)
    }
    expect(await viewPlan(store, plan_id, page)).toMatchObject({ status: 'undone' })
    expect(scene.snapshot()).toEqual(before)
    await store.close()
  })
})
