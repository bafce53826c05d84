import { describe, expect, it } from 'vitest'
import { nearest } from './nearest.ts'

const known = ['watchDirs', 'rulesDir', 'schedule', 'model', 'dryRun']

describe('the nearest name', () => {
  it.each([
    ['watchdirs', 'watchDirs'],
    ['watch_dirs', 'watchDirs'],
    ['watchDir', 'watchDirs'],
    ['shedule', 'schedule'],
    ['dry-run', 'dryRun'],
    ['completely-else', null],
    ['', null],
  ])('to "%s" is %s', (wrong, name) => {
    expect(nearest(wrong, known)).toBe(name)
  })
})
