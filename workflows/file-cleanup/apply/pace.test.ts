import { describe, expect, it } from 'vitest'
import { rawPath } from '#lib/files/raw-path.ts'
import type { Step } from './context.ts'
import { BatchPace } from './pace.ts'

const steps = (count: number, folder: (seq: number) => string): Step[] =>
  Array.from({ length: count }, (_, seq) => ({
    seq,
    from: rawPath(`${folder(seq)}/a${seq}`),
    to: rawPath(`to/a${seq}`),
    identity: '',
    method: 'link',
    moved: null,
    begunMs: 0,
  }))

describe('the pace of batches', () => {
  it('grows while they are quick, shrinks when they are slow, and leaves no step out', () => {
    const all = steps(20_000, () => 'from')
    const pace = new BatchPace()
    const sizes: number[] = []
    for (let from = 0; from < all.length;) {
      const batch = pace.next(all.slice(from))
      expect(batch).toEqual(all.slice(from, from + batch.length))
      sizes.push(batch.length)
      from += batch.length
      pace.took(sizes.length < 5 ? 10 : 5000)
    }
    expect(sizes.slice(0, 7)).toEqual([512, 1024, 2048, 4096, 4096, 2048, 1024])
    expect(Math.min(...sizes.slice(0, -1))).toBe(64)
  })

  it('stays as it is at the right speed', () => {
    const pace = new BatchPace()
    pace.took(300)
    expect(pace.next(steps(2000, () => 'from'))).toHaveLength(512)
  })

  it('holds no more folders open than a process may', () => {
    const batch = new BatchPace().next(steps(2000, (seq) => `folder ${seq}`))
    expect(batch).toHaveLength(499)
  })
})
