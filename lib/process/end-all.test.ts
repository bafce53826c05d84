import { expect, it } from 'vitest'
import { endAll } from './end-all.ts'

it('ends every part in order, and says what the first failed with', async () => {
  const ended: string[] = []
  const part = (name: string, fault?: string) => () => {
    ended.push(name)
    return fault === undefined ? Promise.resolve() : Promise.reject(new Error(fault))
  }
  const parts = [part('a', 'first'), part('b'), part('c', 'second')]
  await expect(endAll(parts)).rejects.toThrow('first')
  expect(ended).toEqual(['a', 'b', 'c'])
  await expect(endAll([part('d')])).resolves.toBeUndefined()
})
