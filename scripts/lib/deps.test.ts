import { describe, expect, it } from 'vitest'
import { fitsLock } from './deps.mjs'

describe('whether the dependencies are installed', () => {
  const wanted = {
    '': { version: '0.1.0' },
    'node_modules/zod': { version: '4.6.7' },
    'node_modules/@next/swc-darwin-arm64': { version: '16.4.5', optional: true },
  }

  it('packages of other platforms may be absent', () => {
    expect(fitsLock(wanted, { 'node_modules/zod': { version: '4.6.7' } })).toBe(true)
  })

  it('a missing or an older package means that they are not', () => {
    expect(fitsLock(wanted, {})).toBe(false)
    expect(fitsLock(wanted, { 'node_modules/zod': { version: '4.6.6' } })).toBe(false)
  })

  it('an optional package of another version means that they are not', () => {
    const present = {
      'node_modules/zod': { version: '4.6.7' },
      'node_modules/@next/swc-darwin-arm64': { version: '16.4.4' },
    }
    expect(fitsLock(wanted, present)).toBe(false)
  })
})
