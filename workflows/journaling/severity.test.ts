import { expect, it } from 'vitest'
import { guessSeverity } from './severity.ts'

it.each([
  ['2015-10-18 18:01:47,978 INFO [main] App: there were 0 errors', 6],
  ['2015-10-18 18:01:47,978 WARN [main] App: x', 4],
  ['[Sun Dec 04 04:47:44 2005] [error] child died', 3],
  ['03-17 16:13:38.811  1702  2395 E WindowManager: x', 3],
  ['Jun 14 15:16:01 host kernel: error: no space', 3],
  ['level=warn msg="slow"', 4],
  ['{"level":"error","msg":"x"}', 3],
  ['FATAL could not start', 2],
  ['the panic was over and no error occurred', 6],
])('%j is of severity %i', (line, severity) => {
  expect(guessSeverity(line)).toBe(severity)
})
