import { describe, expect, it } from 'vitest'
import {
  type AccessForm,
  accessForm,
  changeConnection,
  type NewConnection,
  readConnection,
  shownUrl,
  writeConnection,
} from './connection.ts'

const WANTED: NewConnection = {
  id: 'hwc-ai-workflows',
  url: 'http://127.0.0.1:6021/api/tools',
  path: 'openapi.json',
  type: 'openapi',
  auth_type: 'bearer',
  key: 'secret',
  enabled: true,
  name: 'Workflows',
  description: 'Ours',
  access: [],
}

/** As these versions answered after they were given ours: recorded from the real programs. */
const RECORDED: Readonly<Record<string, object>> = {
  '0.6.5': {
    url: WANTED.url,
    path: 'openapi.json',
    auth_type: 'bearer',
    key: 'secret',
    config: { enable: true, access_control: {} },
    type: 'openapi',
    info: { id: WANTED.id, name: 'Workflows', description: 'Ours' },
  },
  '0.6.43': {
    url: WANTED.url,
    path: 'openapi.json',
    type: 'openapi',
    auth_type: 'bearer',
    headers: null,
    key: 'secret',
    config: { enable: true, access_control: {} },
    info: { id: WANTED.id, name: 'Workflows', description: 'Ours' },
  },
  '0.12.4': {
    url: WANTED.url,
    path: 'openapi.json',
    type: 'openapi',
    auth_type: 'bearer',
    forward_cookies: false,
    headers: null,
    key: 'secret',
    config: { enable: true, access_grants: [] },
    info: { id: WANTED.id, name: 'Workflows', description: 'Ours' },
  },
}

describe('who may use a connection', () => {
  it.each([
    ['0.6.5', 'control'],
    ['v0.6.43', 'control'],
    ['0.7.2', 'control'],
    ['0.8.0', 'grants'],
    ['0.12.4', 'grants'],
    ['1.0.0', 'grants'],
    ['main', 'grants'],
    [null, 'grants'],
  ])('is written by %s as %s', (version, form) => {
    expect(accessForm(version)).toBe(form)
  })

  it.each<AccessForm>(['control', 'grants'])('survives writing and reading as %s', (form) => {
    for (const access of [[], 'public', ['group:g1', 'group:g2'], ['user:u1', 'group:g1']] as const) {
      const { facts } = readConnection(JSON.stringify(writeConnection({ ...WANTED, access }, form)), form)
      expect(facts.access).toBe(
        access === 'public' ? 'public' : access.length === 0 ? 'private' : [...access].sort().join(' '),
      )
    }
  })

  it('is nobody where a new version finds nothing said, and everyone where an old one does', () => {
    const raw = JSON.stringify({ ...WANTED, config: { enable: true } })
    expect(readConnection(raw, 'grants').facts.access).toBe('private')
    expect(readConnection(raw, 'control').facts.access).toBe('public')
  })
})

describe('a connection', () => {
  const written = (form: AccessForm) => readConnection(JSON.stringify(writeConnection(WANTED, form)), form).facts

  it.each(Object.entries(RECORDED))('is the same after %s has kept it', (version, kept) => {
    const form = accessForm(version)
    expect(readConnection(JSON.stringify(kept), form).facts).toEqual(written(form))
  })

  it('is the same after an upgrade that brings new defaults', () => {
    const before = readConnection(JSON.stringify(RECORDED['0.6.43']), 'control').facts
    const after = readConnection(JSON.stringify(RECORDED['0.12.4']), 'grants').facts
    expect(after).toEqual(before)
  })

  it('differs where someone adds what this app knows nothing of, wherever that is', () => {
    const base = written('grants')
    for (const change of [
      { headers: { 'X-A': '1' } },
      { forward_cookies: true },
      { config: { enable: true, access_grants: [], function_name_filter_list: 'chat' } },
      { info: { ...WANTED, id: WANTED.id, extra: 'x' } },
    ]) {
      const raw = JSON.stringify({ ...writeConnection(WANTED, 'grants'), ...change })
      expect(readConnection(raw, 'grants').facts.other).not.toBe(base.other)
    }
  })

  it('keeps what is not to be changed', () => {
    const raw = JSON.stringify({ ...RECORDED['0.12.4'], headers: { 'X-A': '1' }, later: [1] })
    const changed = changeConnection(
      raw,
      { ...WANTED, url: 'http://new', description: 'New', key: 'other' },
      ['url', 'description'],
      'grants',
    )
    expect(changed).toEqual({
      ...RECORDED['0.12.4'],
      url: 'http://new',
      headers: { 'X-A': '1' },
      later: [1],
      info: { id: WANTED.id, name: 'Workflows', description: 'New' },
    })
  })

  it.each(['1', 'null', '"text"', '[]', '{}', '{"config":null,"info":7,"key":{},"url":[]}'])(
    'reads %s as one that says nothing',
    (raw) => {
      expect(readConnection(raw, 'grants')).toMatchObject({
        id: '',
        raw,
        facts: { url: '', key: '', enabled: 'false' },
      })
    },
  )
})

it.each([
  [{}, false],
  [{ config: null }, true],
  [{ config: {}, info: null }, false],
  [{ config: { enable: true }, info: null }, true],
  [{ config: { enable: true }, info: null, type: 'mcp' }, false],
  [{ config: { enable: true }, info: {} }, false],
])('knows on which connections Open WebUI fails: %j %s', (value, stopsList) => {
  expect(readConnection(JSON.stringify(value), 'grants').stopsList).toBe(stopsList)
})

it('shows an address without what may be secret in it', () => {
  expect(shownUrl('https://name:password@host:8443/tools/?key=secret#x')).toBe('https://host:8443/tools')
  expect(shownUrl('nonsense with secret')).toBe('not an address')
})
