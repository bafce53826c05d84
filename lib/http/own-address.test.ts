import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadSettings } from '../config/index.ts'
import { isKnownHost } from './guard.ts'
import { addressOf, reachable } from './own-address.ts'

const settingsWith = (selfUrl: string | null) => {
  const { settings } = loadSettings({
    env: { HWC_AI_CONFIG: JSON.stringify({ 'open-webui': { selfUrl } }) },
    readFile: () => '',
    stateDir: '/nonexistent',
  })
  return settings
}
const asked = (host: string, selfUrl: string | null, more: Record<string, string> = {}) =>
  addressOf(new Headers({ host, ...more }), settingsWith(selfUrl))
const TLS = { 'x-forwarded-proto': 'https' }

describe('the address that a request was sent to', () => {
  it('is what its sender wrote, where no proxy has a part in it', () => {
    expect(asked('127.0.0.1:6021', null)).toBe('http://127.0.0.1:6021')
    expect(asked('[::1]:6021', 'https://ai.example.lan')).toBe('http://[::1]:6021')
    expect(asked('ai.example.lan:6021', 'https://ai.example.lan')).toBe('http://ai.example.lan:6021')
    expect(asked('host.containers.internal:6021', 'http://host.containers.internal:6021/')).toBe(
      'http://host.containers.internal:6021',
    )
  })

  it('is the one of the settings, where that is how it was asked for', () => {
    for (const host of ['ai.example.lan', 'AI.example.lan', 'ai.example.lan:443'])
      expect(asked(host, 'https://ai.example.lan/hwc/')).toBe('https://ai.example.lan/hwc')
    expect(asked('127.0.0.1:6021', 'https://ai.example.lan', TLS)).toBe('https://ai.example.lan')
  })

  it('has the scheme that a proxy says, for the name that it was asked by', () => {
    expect(asked('ai.example.lan', null, TLS)).toBe('https://ai.example.lan')
    expect(asked('ai.example.lan:8443', 'http://host.containers.internal:6021', TLS)).toBe(
      'https://ai.example.lan:8443',
    )
    expect(asked('ai.example.lan', null, { 'x-forwarded-proto': 'https, http' })).toBe('https://ai.example.lan')
    for (const scheme of ['http', 'javascript', 'httpsx', ''])
      expect(asked('ai.example.lan', null, { 'x-forwarded-proto': scheme })).toBe('http://ai.example.lan')
    expect(asked('127.0.0.1:6021', null, TLS)).toBe('http://127.0.0.1:6021')
  })

  it('has no other host than those that are known, whatever the headers say', () => {
    const known = new Set(['ai.example.lan', 'chat.example.lan'])
    const settings = settingsWith('https://chat.example.lan')
    const part = fc.constantFrom(
      'ai.example.lan',
      'evil.example',
      '[::1]',
      'localhost',
      '@',
      ':',
      '443',
      '/',
      '#',
      '?',
      ' ',
    )
    const host = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''))
    const named = fc.constantFrom('x-forwarded-proto', 'x-forwarded-host', 'forwarded', 'x-forwarded-port', 'origin')
    const said = fc.constantFrom(
      'https',
      'https://evil.example',
      'evil.example',
      'https://evil.example,',
      'host=evil.example',
    )
    fc.assert(
      fc.property(host, fc.array(fc.tuple(named, said)), (given, more) => {
        fc.pre(isKnownHost(given.trim(), known))
        const { hostname } = new URL(addressOf(new Headers([['host', given], ...more]), settings))
        expect(['ai.example.lan', 'chat.example.lan', '[::1]', 'localhost']).toContain(hostname)
      }),
    )
  })
})

it('a host that only begins with a known one is another', () => {
  for (const host of ['[::1]@evil.example', '[::1].evil.example', 'localhost:1@evil.example', 'localhost:x'])
    expect(isKnownHost(host, new Set())).toBe(false)
  for (const host of ['[::1]', '[::1]:6021', 'LOCALHOST:6021']) expect(isKnownHost(host, new Set())).toBe(true)
})

it('every address of this machine is asked at by the one that leads to it alone', () => {
  expect(reachable('http://0.0.0.0:6021')).toBe('http://127.0.0.1:6021')
  expect(reachable('http://[::]:6021')).toBe('http://[::1]:6021')
  expect(reachable('http://192.168.1.5:6021')).toBe('http://192.168.1.5:6021')
})
