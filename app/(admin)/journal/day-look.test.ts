import { expect, it } from 'vitest'
import { dayWords, markOf } from './day-look.ts'

const totals = { new: 0, rising: 0, silent: 0, severe: 0, frequent: 9 }

it('marks a day by the gravest that its entry counted', () => {
  expect(markOf({ ...totals, new: 4 })).toBe('entry')
  expect(markOf({ ...totals, rising: 1 })).toBe('change')
  expect(markOf({ ...totals, silent: 1 })).toBe('change')
  expect(markOf({ ...totals, severe: 1, rising: 2 })).toBe('errors')
})

it('says in words what the mark stands for', () => {
  expect(dayWords({ lines: 1, group_totals: { ...totals, new: 4 } })).toBe('1 line')
  expect(dayWords({ lines: 2400, group_totals: { ...totals, severe: 1, rising: 2, silent: 3 } })).toBe(
    '2,400 lines, 1 kind of errors, 2 rising, 3 fallen silent',
  )
})
