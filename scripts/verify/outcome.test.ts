import { describe, expect, it } from 'vitest'
import { judged, sum } from './outcome.mjs'

const ended = { code: 0, output: '', timedOut: false }

describe('the outcome of a tier', () => {
  it('is what the report counts', () => {
    expect(judged({ passed: 5, failed: 0, skipped: 2 }, ended)).toMatchObject({ passed: 5, failed: 0, skipped: 2 })
  })

  it('fails when the program failed outside any test', () => {
    expect(judged({ passed: 5, failed: 0, skipped: 0 }, { ...ended, code: 1 })).toMatchObject({ failed: 1 })
  })

  it('fails when nothing was tested', () => {
    expect(judged({ passed: 0, failed: 0, skipped: 9 }, ended)).toMatchObject({ failed: 1 })
  })

  it('fails when it took too long', () => {
    expect(judged({ passed: 5, failed: 0, skipped: 0 }, { ...ended, timedOut: true })).toMatchObject({ failed: 1 })
  })

  it('adds up', () => {
    const outcomes = [
      { passed: 1, failed: 0, skipped: 3 },
      { passed: 2, failed: 1, skipped: 0 },
    ]
    expect(sum(outcomes)).toEqual({ passed: 3, failed: 1, skipped: 3 })
  })
})
