import { describe, expect, it } from 'vitest'
import { rawPath } from '#lib/files/raw-path.ts'
import { editPlan } from './edit.ts'
import type { PlanView } from './schema.ts'
import { savePlan } from './saved-plan.ts'
import { movesOf, planOf } from './testing/actions.ts'
import { Scene } from './testing/scene.ts'

const COUNT = 1300

/** A plan that takes three chunks. @returns its id */
async function large(scene: Scene): Promise<string> {
  const made = { ...planOf(movesOf(COUNT)), directory: rawPath(scene.root), recursive: false }
  return (await savePlan(scene.store, made, new Date(), 'owner')).id
}

const destinations = ({ actions }: PlanView, ...ids: number[]) => ids.map((id) => actions[id]?.destination)

/** The counts as they follow from the actions. */
function counted({ actions }: PlanView) {
  const moved = actions.filter(({ action }) => action === 'move')
  const by = (because: string) => actions.filter((action) => action.because === because).length
  return {
    move: moved.length,
    skip: actions.length - moved.length,
    size_bytes: moved.reduce((sum, action) => sum + action.size_bytes, 0),
    by_category: moved.length === 0 ? {} : { documents: moved.length },
    by_reason: Object.fromEntries(
      ['rule', 'person', 'excluded'].flatMap((why) => (by(why) > 0 ? [[why, by(why)]] : [])),
    ),
  }
}

describe('changing a large plan', () => {
  it('changes just these actions, wherever they are, and the counts', async () => {
    using scene = new Scene()
    const id = await large(scene)
    const before = await scene.view(id)
    await editPlan(scene.store, id, [
      { id: 0, exclude: true },
      { id: 511, destination: 'Mine/a' },
      { id: 512, destination: 'Mine/b' },
      { id: 1299, exclude: true },
    ])
    const after = await scene.view(id)
    expect(destinations(after, 0, 511, 512, 1299)).toEqual([null, 'Mine/a', 'Mine/b', null])
    expect(after.summary).toMatchObject(counted(after))
    expect(counted(after)).toMatchObject({ move: COUNT - 2, by_reason: { person: 2, excluded: 2 } })
    for (const changed of [0, 511, 512, 1299])
      after.actions.splice(changed, 1, ...before.actions.slice(changed, changed + 1))
    expect(after.actions).toEqual(before.actions)

    const all = before.actions.slice(0, 1000).map((action) => ({ id: action.id, exclude: true }))
    await editPlan(scene.store, id, all)
    await editPlan(scene.store, id, [{ id: 1, exclude: false }])
    const last = await scene.view(id)
    expect(last.summary).toMatchObject(counted(last))
    expect(last.actions[1]).toMatchObject({ destination: 'to/1', because: 'person' })
  })

  it.each([
    ['to/1200', 'an action of another chunk goes there'],
    ['to/1200/below', 'that is to be a file'],
    ['to', 'that is to be a folder'],
  ])('refuses %s, as %s', async (destination) => {
    using scene = new Scene()
    const id = await large(scene)
    const before = await scene.view(id)
    const changes = [
      { id: 0, destination: 'Mine/a' },
      { id: 3, destination },
    ]
    await expect(editPlan(scene.store, id, changes)).rejects.toMatchObject({
      faults: [{ path: 'changes.1.destination', message: expect.stringContaining('is taken') as string }],
    })
    expect(await scene.view(id)).toEqual(before)
    // The place of one that goes elsewhere itself is free.
    await editPlan(scene.store, id, [
      { id: 1200, destination: 'Mine/a' },
      { id: 3, destination: 'to/1200' },
    ])
    expect(destinations(await scene.view(id), 3, 1200)).toEqual(['to/1200', 'Mine/a'])
  })

  it('keeps what two people change at once', async () => {
    using scene = new Scene()
    const id = await large(scene)
    await Promise.all([
      editPlan(scene.store, id, [{ id: 7, destination: 'Mine/a' }]),
      editPlan(scene.store, id, [{ id: 8, destination: 'Mine/b' }]),
    ])
    const after = await scene.view(id)
    expect(destinations(after, 7, 8)).toEqual(['Mine/a', 'Mine/b'])
    expect(after.summary).toMatchObject(counted(after))
  })
})
