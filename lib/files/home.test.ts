import { homedir } from 'node:os'
import { expect, it } from 'vitest'
import { expandHome } from './home.ts'
import { isWithin } from './raw-path.ts'

it.each([
  ['~', homedir()],
  ['~/inbox', `${homedir()}/inbox`],
  ['~other/inbox', '~other/inbox'],
  ['/srv/~/inbox', '/srv/~/inbox'],
])('takes %s as a person means it', (typed, path) => {
  expect(expandHome(typed)).toBe(path)
})

it.each([
  ['/srv/a', '/srv/a', true],
  ['/srv/a', '/srv/a/b', true],
  ['/srv/a', '/srv/ab', false],
  ['/srv/a/b', '/srv/a', false],
  ['/', '/srv', true],
])('knows whether below %s lies %s', (folder, path, is) => {
  expect(isWithin(folder, path)).toBe(is)
})
