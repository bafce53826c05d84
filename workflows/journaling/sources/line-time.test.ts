import { expect, it } from 'vitest'
import { lineTime } from './line-time.ts'

const NOW = new Date(2026, 2, 10, 12).getTime()
const timeOf = (line: string) => {
  const bytes = Buffer.from(`junk${line}`)
  return lineTime(bytes, 4, bytes.length, NOW)
}

it.each([
  ['2015-10-18 18:01:47,978 INFO x', new Date(2015, 9, 18, 18, 1, 47, 978)],
  ['2024-01-01T12:00:00.123456789Z x', new Date('2024-01-01T12:00:00.123Z')],
  ['2024-01-01T12:00:00+05:30 x', new Date('2024-01-01T06:30:00Z')],
  ['[Sun Dec 04 04:47:44 2005] [error] x', new Date(2005, 11, 4, 4, 47, 44)],
  ['10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /"', new Date('2000-10-10T20:55:36Z')],
  ['Mar  9 06:55:46 host sshd[1]: x', new Date(2026, 2, 9, 6, 55, 46)],
  ['Dec 10 06:55:46 host sshd[1]: x', new Date(2025, 11, 10, 6, 55, 46)],
  ['081109 203615 148 INFO x', new Date(2008, 10, 9, 20, 36, 15)],
  ['17/06/09 20:10:40 INFO x', new Date(2017, 5, 9, 20, 10, 40)],
  ['20171223-22:15:29:606|Step|1|x', new Date(2017, 11, 23, 22, 15, 29, 606)],
  ['- 1117838570 2005.06.03 R02-M1 x', new Date(1_117_838_570_000)],
  ['03-09 16:13:38.811  1702  2395 D W: x', new Date(2026, 2, 9, 16, 13, 38, 811)],
])('%j was written at %s', (line, time) => {
  expect(timeOf(line)).toBe(time.getTime())
})

it.each(['no time', '', '2015-99-99 99:99:99 x', 'Foo 10 06:55:46 x'])('%j does not say when', (line) => {
  expect(timeOf(line)).toBeNull()
})
