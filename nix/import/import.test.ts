import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { settingAt } from '#lib/config/index.ts'
import { SETTINGS } from '#lib/config/schema/index.ts'
import { SettingsManager } from '#lib/core/settings.ts'
import { type AppError } from '#lib/errors/index.ts'
import { silentLogger } from '#lib/logging/index.ts'
import { openStore, type Store } from '#lib/store/index.ts'
import { someLoaded } from '../testing/loaded.ts'
import { planImport } from './index.ts'

const home = mkdtempSync(join(tmpdir(), 'hwc-import-'))
let store: Store
let manager: SettingsManager

async function open(env: Record<string, string> = {}): Promise<SettingsManager> {
  return SettingsManager.open({
    env: { HOME: '/home/me', ...env },
    stateDir: '/state',
    store,
    now: () => new Date(0),
    log: silentLogger,
  })
}

async function take(json: unknown, at = ''): Promise<ReturnType<typeof planImport>> {
  const plan = planImport(json, at, manager)
  await manager.change(plan.values, plan.resets, 'test')
  return plan
}

const stored = async () =>
  Object.fromEntries(
    (await store.db.selectFrom('setting_values').selectAll().execute()).map((row) => [row.path, row.value]),
  )

beforeAll(() => {
  store = openStore(join(home, 'hwc-ai.sqlite'))
})
afterEach(() => store.db.deleteFrom('setting_values').execute())
afterAll(async () => {
  await store.close()
  rmSync(home, { recursive: true, force: true })
})

describe('an import', () => {
  it('stores what differs from the defaults, and says what it does', async () => {
    manager = await open()
    const plan = await take({
      ollama: { port: 11434, dataDir: '/srv/ollama' },
      'local-workflows': { api: { port: 7000 } },
    })
    expect(plan.changes).toEqual([
      { path: 'ollama.dataDir', from: '/var/lib/ollama', to: '/srv/ollama', action: 'set', restart: false },
      { path: 'local-workflows.api.port', from: 6021, to: 7000, action: 'set', restart: true },
    ])
    expect([plan.unchanged, plan.left]).toEqual([1, []])
    expect(await stored()).toEqual({ 'ollama.dataDir': '"/srv/ollama"', 'local-workflows.api.port': '7000' })
    expect((await take({ ollama: { dataDir: '/srv/ollama' } })).changes).toEqual([])
  })

  it('forgets an edited value that is as configured again', async () => {
    manager = await open({ HWC_AI_OLLAMA_PORT: '7001' })
    await take({ ollama: { port: 7002 }, router: { port: 7003 } })
    const plan = await take({ ollama: { port: 7001 }, router: { port: 11435 } })
    expect(plan.changes.map(({ path, action }) => [path, action])).toEqual([
      ['ollama.port', 'reset'],
      ['router.port', 'reset'],
    ])
    expect(await stored()).toEqual({})
  })

  it('reads the whole of hwc, of hwc.ai, or a named part of it', async () => {
    manager = await open()
    for (const [json, at] of [
      [{ hwc: { ai: { router: { port: 7001 } } } }, ''],
      [{ ai: { router: { port: 7001 } } }, ''],
      [{ router: { port: 7001 } }, ''],
      [{ port: 7001 }, 'router'],
      [{ port: 7001 }, 'hwc.ai.router'],
      [7001, 'router.port'],
    ] as const)
      expect(planImport(json, at, manager).changes, JSON.stringify(json)).toMatchObject([
        { path: 'router.port', to: 7001 },
      ])
  })

  it('takes a path below the state of the exported service for the default that it is', async () => {
    manager = await open()
    const json = { 'local-workflows': { journaling: { outputDir: '/var/lib/hwc-ai/journal' } } }
    expect(planImport(json, '', manager)).toMatchObject({ changes: [], unchanged: 1 })
  })

  it('leaves out what only a machine has, and nothing else', async () => {
    manager = await open()
    const json = { 'local-workflows': { service: { package: '/nix/store/x', user: 'eric' }, logLevel: 'warn' } }
    expect(planImport(json, '', manager).changes).toMatchObject([{ path: 'local-workflows.logLevel' }])
  })

  it('names every fault at once, and changes nothing', async () => {
    manager = await open()
    const json = { ollama: { prt: 1, port: 'x' }, 'open-webui': { tools: { t: { type: 'soap' } } }, routr: {} }
    const fault = (() => {
      try {
        return planImport(json, '', manager)
      } catch (error) {
        return error as AppError
      }
    })()
    expect(fault).toMatchObject({ code: 'settings-invalid' })
    expect('faults' in fault ? fault.faults.map(({ path, message }) => `${path}: ${message}`) : []).toEqual([
      'ollama.prt: there is no such setting. Did you mean "port"?',
      'routr: there is no such setting. Did you mean "router"?',
      'ollama.port: expected a port from 0 to 65535, got "x"',
      'open-webui.tools.t.url: is missing: expected an address that begins with http:// or https:// and holds no password',
      'open-webui.tools.t.type: expected one of "openapi", "mcp", got "soap"',
    ])
    expect(await stored()).toEqual({})
  })

  it('refuses values that do not fit together', async () => {
    manager = await open()
    const json = { ollama: { enable: true, port: 7001 }, router: { enable: true, port: 7001 } }
    expect(() => planImport(json, '', manager)).toThrow(/port 7001 is also/)
    expect(() => planImport([1], '', manager)).toThrow(/^expected an object/)
  })

  it('leaves to Nix what Nix sets, and keeps declared models', async () => {
    manager = await open({
      HWC_AI_CONFIG: JSON.stringify({ ollama: { port: 7001, models: ['a:1b'] } }),
      HWC_AI_CONFIG_FROM: 'nix',
    })
    const plan = await take({ ollama: { port: 7002, models: ['b:1b'] } })
    expect(plan.left.map(({ path }) => path)).toEqual(['ollama.port', 'ollama.models'])
    expect(plan.changes).toMatchObject([{ path: 'ollama.models', to: ['a:1b', 'b:1b'] }])
    expect(manager.current.ollama.models).toEqual(['a:1b', 'b:1b'])
  })

  it('gives back any valid settings, whole', async () => {
    await fc.assert(
      fc.asyncProperty(someLoaded, async ({ settings }) => {
        await store.db.deleteFrom('setting_values').execute()
        manager = await open()
        await take(JSON.parse(JSON.stringify(settings)))
        expect(manager.current).toEqual(settings)
        const kept = Object.keys(await stored())
        const differing = [...SETTINGS.keys()].filter(
          (path) => JSON.stringify(settingAt(settings, path)) !== JSON.stringify(manager.unedited([path]).get(path)),
        )
        expect(kept.sort()).toEqual(differing.sort())
      }),
      { numRuns: 50 },
    )
  })
})
