import { describe, expect, it } from 'vitest'
import { bytes, count, duration, percent, relative, words } from './format.ts'

describe('figures', () => {
  it('say sizes in the unit that keeps them short', () => {
    expect([0, 999, 1000, 99_400, 99_500, 253_000_000, 5e15].map(bytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '99.4 kB',
      '100 kB',
      '253 MB',
      '5000 TB',
    ])
  })

  it('say lengths of time in at most two units', () => {
    expect([0.4, 999, 1000, 9949, 59_499, 60_000, 3_725_000, 90_000_000].map(duration)).toEqual([
      '0 ms',
      '999 ms',
      '1.0 s',
      '9.9 s',
      '59 s',
      '1 min',
      '1 h 2 min',
      '1 d 1 h',
    ])
  })

  it('say a share in percent, and 100 % of nothing less', () => {
    expect([1, 0.9999, 0.99999, 0.5, 0.125, 0].map(percent)).toEqual([
      '100 %',
      '99.99 %',
      '99.99 %',
      '50 %',
      '12.50 %',
      '0 %',
    ])
  })

  it('say moments from now, past and future', () => {
    expect([-5, 30, -90, 7200, -86_400, -40 * 86_400].map((s) => relative(s * 1000, 0))).toEqual([
      'just now',
      'in 30 seconds',
      '1 minute ago',
      'in 2 hours',
      'yesterday',
      '40 days ago',
    ])
  })

  it('say counts with grouping and the right word', () => {
    expect([count(1, 'file'), count(12_345, 'file'), count(0, 'entry', 'entries')]).toEqual([
      '1 file',
      '12,345 files',
      '0 entries',
    ])
  })

  it('say field names as words', () => {
    expect(['include_metrics', 'watchDirs', 'user-friendly'].map(words)).toEqual([
      'Include metrics',
      'Watch dirs',
      'User friendly',
    ])
  })
})
