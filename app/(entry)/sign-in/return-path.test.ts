import { expect, it } from 'vitest'
import { returnPath } from './return-path.ts'

it('comes back to a page of this app', () => {
  expect(returnPath('/cleanup/plan_1?show=skipped')).toBe('/cleanup/plan_1?show=skipped')
})

it('goes home instead of to another site', () => {
  for (const next of [
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    undefined,
    ['/a', '/b'],
  ])
    expect(returnPath(next)).toBe('/')
})
