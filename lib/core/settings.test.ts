import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../logging/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { SettingsManager } from './settings.ts'

const stateDir = mkdtempSync(join(tmpdir(), 'hwc-settings-'))
let store: Store | null = null

async function open(config: unknown): Promise<SettingsManager> {
  store = openStore(join(stateDir, 'hwc-ai.sqlite'))
  const env = { HOME: '/home/me', HWC_AI_CONFIG: JSON.stringify(config), HWC_AI_CONFIG_FROM: 'nix' }
  return SettingsManager.open({ env, stateDir, store, now: () => new Date(0), log: silentLogger })
}

afterEach(async () => {
  await store?.close()
  rmSync(stateDir, { recursive: true, force: true })
})

describe('settings on a machine that Nix configures', () => {
  it('refuses to change what Nix sets, and says what to do', async () => {
    const settings = await open({ ollama: { port: 7003 } })
    const refused = expect.objectContaining({
      code: 'conflict',
      hint: expect.stringContaining('hwc.ai.ollama.port') as string,
    }) as Error
    await expect(settings.set('ollama.port', 7004, 'me')).rejects.toEqual(refused)
    await expect(settings.change(new Map([['ollama.port', 7004]]), [], 'me')).rejects.toEqual(refused)
    expect(settings.current.ollama.port).toBe(7003)
    expect(settings.describe().find(({ path }) => path === 'ollama.port')).toMatchObject({
      source: 'nix',
      locked: true,
    })
  })

  it('lets all the rest be changed, together or not at all', async () => {
    const settings = await open({ ollama: { port: 7003 } })
    await settings.set('router.port', 7010, 'me')
    await settings.change(new Map<string, unknown>([['agent.port', 7011]]), ['router.port'], 'me')
    expect([settings.current.router.port, settings.current.agent.port]).toEqual([11435, 7011])
    const bad = new Map<string, unknown>([
      ['agent.port', 7012],
      ['open-webui.port', 'x'],
      ['health.interval', 'never'],
    ])
    await expect(settings.change(bad, [], 'me')).rejects.toMatchObject({
      code: 'settings-invalid',
      faults: [{ path: 'open-webui.port' }, { path: 'health.interval' }],
    })
    expect(settings.current.agent.port).toBe(7011)
  })
})

describe('settings that another process changes', () => {
  const file = join(stateDir, 'config.json')
  const openWithFile = (ownStore: Store) =>
    SettingsManager.open({
      env: { HOME: '/home/me', HWC_AI_CONFIG: file },
      stateDir,
      store: ownStore,
      now: () => new Date(0),
      log: silentLogger,
    })

  it('are taken over once, and those changed here not a second time', async () => {
    mkdirSync(stateDir, { recursive: true })
    writeFileSync(file, '{}')
    store = openStore(join(stateDir, 'hwc-ai.sqlite'))
    const elsewhere = await openWithFile(store)
    await elsewhere.set('agent.port', 7011, 'other')
    const settings = await openWithFile(store)
    let changes = 0
    settings.onChange(() => (changes += 1))
    await settings.reloadIfChanged()
    expect(changes).toBe(0)
    await settings.set('router.port', 7010, 'me')
    await settings.reloadIfChanged()
    expect(changes).toBe(1)
    await elsewhere.set('agent.port', 7012, 'other')
    await settings.reloadIfChanged()
    await settings.reloadIfChanged()
    expect([changes, settings.current.agent.port]).toEqual([2, 7012])
  })

  it('are taken over later when the file of the settings is broken meanwhile', async () => {
    mkdirSync(stateDir, { recursive: true })
    writeFileSync(file, '{}')
    store = openStore(join(stateDir, 'hwc-ai.sqlite'))
    const [settings, elsewhere] = [await openWithFile(store), await openWithFile(store)]
    await elsewhere.set('agent.port', 7011, 'other')
    writeFileSync(file, '{')
    await expect(settings.reloadIfChanged()).rejects.toMatchObject({ code: 'settings-invalid' })
    writeFileSync(file, '{}')
    await elsewhere.set('router.port', 7010, 'other')
    await elsewhere.reset('router.port')
    await settings.reloadIfChanged()
    expect(settings.current.agent.port).toBe(7011)
  })
})
