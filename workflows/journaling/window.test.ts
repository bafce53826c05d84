import { describe, expect, it } from 'vitest'
import { entryWindow, rangeMs, type StoredEntry } from './window.ts'

const now = new Date('2026-03-10T12:00:00')
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000)
const stored = (hours: number, changes: Partial<StoredEntry> = {}): StoredEntry => ({
  date: 'any',
  from: hoursAgo(hours + 24),
  to: hoursAgo(hours),
  timeRange: '24h',
  startCursors: { a: 'start' },
  endCursors: { a: 'end' },
  ...changes,
})

describe('the window of an entry', () => {
  it('is the range asked for, by time', () => {
    expect(entryWindow({ now, timeRange: '6h', sinceLastEntry: false }, null, stored(3))).toMatchObject({
      from: hoursAgo(6),
      to: now,
      cursors: {},
      date: '2026-03-10',
    })
  })

  it('goes on where the last entry ended when that is asked for', () => {
    expect(entryWindow({ now, timeRange: '7d', sinceLastEntry: true }, null, stored(30))).toMatchObject({
      from: hoursAgo(30),
      cursors: { a: 'end' },
    })
  })

  it('reaches back no further than the range, however old the last entry is', () => {
    expect(entryWindow({ now, timeRange: '24h', sinceLastEntry: true }, null, stored(300))).toMatchObject({
      from: hoursAgo(24),
      cursors: {},
    })
  })

  it('begins where it began when the same is asked for again, and anew when something else is', () => {
    expect(entryWindow({ now, timeRange: '24h', sinceLastEntry: false }, stored(2), null)).toMatchObject({
      from: hoursAgo(26),
      cursors: { a: 'start' },
    })
    expect(entryWindow({ now, timeRange: '1h', sinceLastEntry: false }, stored(2), null)).toMatchObject({
      from: hoursAgo(1),
    })
  })

  it('never ends before it begins, though the clock was set back since the last entry', () => {
    const ahead = stored(-5, { from: hoursAgo(-4) })
    expect(entryWindow({ now, timeRange: '24h', sinceLastEntry: true }, null, ahead)).toMatchObject({
      from: now,
      to: now,
      cursors: { a: 'end' },
    })
    expect(entryWindow({ now, timeRange: '24h', sinceLastEntry: false }, ahead, null)).toMatchObject({
      from: now,
      to: now,
      cursors: { a: 'start' },
    })
  })

  it.each(['', 'soon', '0s', '10s', '-1h', '40000d', '1e12'])('refuses %j as a range', (text) => {
    expect(() => rangeMs(text)).toThrow(expect.objectContaining({ code: 'invalid-input' }))
  })
})
