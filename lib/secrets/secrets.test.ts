import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../store/index.ts'
import { Secrets } from './index.ts'

let stateDir: string
let store: Store

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'secrets-'))
  store = openStore(join(stateDir, 'hwc-ai.sqlite'))
})
afterEach(async () => {
  await store.close()
  rmSync(stateDir, { recursive: true, force: true })
})

const open = () => new Secrets({ store, stateDir, now: () => new Date('2026-11-20T10:00:00Z') })

describe('a secret', () => {
  it('comes back, in another process too, and is not in the database in clear', async () => {
    await open().put('open-webui', 'sk-very-secret-ü')
    expect(await open().get('open-webui')).toBe('sk-very-secret-ü')
    expect(await open().get('another')).toBeNull()
    await store.close()
    expect(readFileSync(join(stateDir, 'hwc-ai.sqlite')).includes('very-secret')).toBe(false)
    expect(statSync(join(stateDir, 'secrets.key')).mode & 0o777).toBe(0o600)
    store = openStore(join(stateDir, 'hwc-ai.sqlite'))
  })

  it('is replaced and deleted', async () => {
    const secrets = open()
    await secrets.put('a', 'one')
    await secrets.put('a', 'two')
    expect(await secrets.get('a')).toBe('two')
    await secrets.delete('a')
    expect(await secrets.get('a')).toBeNull()
  })

  it('cannot be read under another name or with another key', async () => {
    await open().put('a', 'one')
    await store.db.updateTable('sealed_secrets').set({ name: 'b' }).execute()
    await expect(open().get('b')).rejects.toThrow('cannot be opened')
    rmSync(join(stateDir, 'secrets.key'))
    await store.db.updateTable('sealed_secrets').set({ name: 'a' }).execute()
    await expect(open().get('a')).rejects.toThrow('cannot be opened')
  })
})
