import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore, type Store } from '../store/index.ts'
import { alone, currentActivity } from './lock.ts'

let store: Store
beforeEach(() => {
  store = openStore(':memory:')
})
afterEach(() => store.close())

const options = () => ({ store, runId: 'run_1', now: () => new Date('2026-01-05T10:00:00Z') })

it('only one changes the models at a time, and says what it does', async () => {
  await alone(options(), async (tell) => {
    await tell('Pulling a:1')
    expect(await currentActivity(store)).toMatchObject({ run_id: 'run_1', doing: 'Pulling a:1' })
    await expect(alone(options(), () => Promise.resolve())).rejects.toMatchObject({
      code: 'conflict',
      message: 'The models are being changed already: Pulling a:1.',
    })
  })
  expect(await currentActivity(store)).toBeNull()
  expect(await alone(options(), () => Promise.resolve('next'))).toBe('next')
})

it('work that fails leaves no lock behind, and neither does a process that died', async () => {
  await expect(alone(options(), () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await alone(options(), async () => {
    await store.db
      .updateTable('facts')
      .set({
        value: JSON.stringify({
          id: 'x',
          owner: '1:0:elsewhere',
          run_id: null,
          since: '2026-01-05T10:00:00Z',
          doing: 'Pulling',
        }),
        updated_at: '',
      })
      .execute()
  })
  expect(await currentActivity(store)).toBeNull()
  expect(await alone(options(), () => Promise.resolve('again'))).toBe('again')
})
