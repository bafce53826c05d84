import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AppError } from '../errors/index.ts'
import type { Fault } from '../errors/index.ts'
import { loadSettings, settingAt, stateDirFrom, validateOverride, validateOverrides } from './index.ts'

type Env = Record<string, string>

function load(env: Env = {}, overrides: Record<string, unknown> = {}) {
  return loadSettings({
    env: { HOME: '/home/me', ...env },
    readFile: (path) => readFileSync(path, 'utf8'),
    stateDir: '/state',
    overrides: new Map(Object.entries(overrides)),
  })
}

const config = (tree: unknown): Env => ({ HWC_AI_CONFIG: JSON.stringify(tree) })

function faultsOf(work: () => unknown): readonly Fault[] {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError && error.code === 'settings-invalid') return error.faults
    throw error
  }
  throw new Error('no fault was found')
}

const messages = (faults: readonly Fault[]) => faults.map(({ path, message }) => `${path}: ${message}`)

describe('the layers', () => {
  it('defaults hold until something else is said, with paths inside the state folder', () => {
    const { settings, sources, origins } = load()
    expect(settings['local-workflows'].api.port).toBe(6021)
    expect(settings['local-workflows'].journaling.outputDir).toBe('/state/journal')
    expect(sources.get('local-workflows.api.port')).toBe('default')
    expect(origins.size).toBe(0)
  })

  it('the admin outranks the environment, which outranks the file', () => {
    const env = {
      ...config({ 'local-workflows': { api: { port: 7001 }, logLevel: 'warn' }, ollama: { port: 7003 } }),
      HWC_AI_PORT: '7002',
      HWC_AI_OLLAMA_PORT: '7004',
    }
    const { settings, sources, origins } = load(env, { 'ollama.port': 7005 })
    expect([settings['local-workflows'].logLevel, settings['local-workflows'].api.port, settings.ollama.port]).toEqual([
      'warn',
      7002,
      7005,
    ])
    expect(
      ['local-workflows.logLevel', 'local-workflows.api.port', 'ollama.port', 'router.port'].map((path) =>
        sources.get(path),
      ),
    ).toEqual(['file', 'environment', 'admin', 'default'])
    expect(origins.get('local-workflows.api.port')).toBe('HWC_AI_PORT')
  })

  it('HWC_AI_CONFIG may name a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'config-'))
    const file = join(folder, 'hwc.json')
    await writeFile(
      file,
      '{"local-workflows":{"fileCleanup":{"watchDirs":["/srv/inbox", "~/Downloads"]}},"ollama":{"port":11434}}',
    )
    const { settings, sources, origins } = load({ HWC_AI_CONFIG: file })
    expect(settings['local-workflows'].fileCleanup.watchDirs).toEqual(['/srv/inbox', '/home/me/Downloads'])
    expect(sources.get('ollama.port')).toBe('file')
    expect(origins.get('ollama.port')).toBe(file)
    await rm(folder, { recursive: true })
  })

  it('fields of a submodule that are left out get their defaults', () => {
    const { settings } = load(
      config({
        ollama: { models: ['a:1b', { name: 'b:2b', priority: 1 }] },
        router: { modelMappings: { x: { local: 'a:1b' } } },
      }),
    )
    expect(settings.ollama.models).toEqual(['a:1b', { name: 'b:2b', autoUpdate: true, priority: 1 }])
    expect(settings.router.modelMappings).toEqual({ x: { local: 'a:1b', cloud: null, preferLocal: true } })
  })

  it.each([
    [
      'HWC_AI_LOCAL_WORKFLOWS_FILE_CLEANUP_WATCH_DIRS',
      '/a, ~/b,',
      'local-workflows.fileCleanup.watchDirs',
      ['/a', '/home/me/b'],
    ],
    [
      'HWC_AI_LOCAL_WORKFLOWS_FILE_CLEANUP_WATCH_DIRS',
      '["/with,comma"]',
      'local-workflows.fileCleanup.watchDirs',
      ['/with,comma'],
    ],
    ['HWC_AI_LOCAL_WORKFLOWS_FILE_CLEANUP_DRY_RUN', 'no', 'local-workflows.fileCleanup.dryRun', false],
    ['HWC_AI_LOCAL_WORKFLOWS_BACKEND_ENDPOINT', 'null', 'local-workflows.backend.endpoint', null],
    ['HWC_AI_OPEN_WEBUI_EXTRA_ENV', '{"A":"1"}', 'open-webui.extraEnv', { A: '1' }],
    ['HWC_AI_HOST', 'localhost', 'local-workflows.api.host', 'localhost'],
    ['HWC_AI_PORT', '0', 'local-workflows.api.port', 0],
    ['HWC_AI_PORT', '', 'local-workflows.api.port', 6021],
    ['HWC_AI_ENABLE', '1', 'enable', true],
  ])('%s=%s', (variable, text, path, value) => {
    expect(settingAt(load({ [variable]: text }).settings, path)).toEqual(value)
  })

  it('variables that are not settings are left alone', () => {
    const env = {
      HWC_AI_STATE: '/x',
      HWC_AI_API_KEY_FILE: '/x',
      HWC_AI_TEST_RUNS: '1',
      HWC_AI_CACHE_DIR: '/x',
      PATH: '/bin',
    }
    expect(load(env).origins.size).toBe(0)
  })
})

describe('faults', () => {
  it('are all reported at once, each with its path and where it came from', () => {
    const env = {
      ...config({
        'local-workflows': { api: { port: '6021', host: 5 }, runs: { retentionDays: -1 } },
        ollama: { diskMonitoring: { warnPercent: 101 } },
      }),
      HWC_AI_CLOUD_FALLBACK_TIMEOUT: 'soon',
      HWC_AI_OPEN_WEBUI_EXTRA_ENV: '{"A":}',
    }
    expect(messages(faultsOf(() => load(env)))).toEqual([
      'local-workflows.api.port: expected a port from 0 to 65535, got "6021" (in HWC_AI_CONFIG)',
      'local-workflows.api.host: expected a text, got 5 (in HWC_AI_CONFIG)',
      'local-workflows.runs.retentionDays: expected a whole number from 0 to 36500, got -1 (in HWC_AI_CONFIG)',
      'ollama.diskMonitoring.warnPercent: expected a whole number from 1 to 100, got 101 (in HWC_AI_CONFIG)',
      'open-webui.extraEnv: is not valid JSON at column 6: a value was expected here (HWC_AI_OPEN_WEBUI_EXTRA_ENV)',
      'cloud.fallback.timeout: expected a whole number from 1 to 3600, got "soon" (from HWC_AI_CLOUD_FALLBACK_TIMEOUT)',
    ])
  })

  it('of one setting do not hide those of several together', () => {
    const tree = { ollama: { prot: 1 }, 'local-workflows': { api: { host: '0.0.0.0' } }, agent: { enable: true } }
    expect(messages(faultsOf(() => load(config(tree)))).map((message) => message.split(':')[0])).toEqual([
      'ollama.prot',
      'local-workflows.api.host',
      'agent.enable',
    ])
    const env = { ...config({ ollama: { prot: 1 } }), HWC_AI_HOST: '0.0.0.0' }
    expect(faultsOf(() => load(env))).toHaveLength(2)
  })

  it('are guessed neither from a faulty value, nor from a file that cannot be read, nor past what the admin edited', () => {
    const api = { host: '0.0.0.0', allowNonLoopback: 'yes' }
    expect(faultsOf(() => load(config({ 'local-workflows': { api } })))).toHaveLength(1)
    expect(faultsOf(() => load({ HWC_AI_CONFIG: '{', HWC_AI_HOST: '0.0.0.0' }))).toHaveLength(1)
    expect(
      faultsOf(() => load({ ...config({ router: 5 }), HWC_AI_ROUTER_ENABLE: '1', HWC_AI_ROUTER_PORT: '6021' })),
    ).toHaveLength(1)
    const overrides = { 'local-workflows.api.allowNonLoopback': true }
    const env = { ...config({ ollama: { prot: 1 } }), HWC_AI_HOST: '0.0.0.0' }
    expect(faultsOf(() => load(env, overrides))).toHaveLength(1)
  })

  it.each([
    [{ 'local-workflow': {} }, 'local-workflow: there is no such setting. Did you mean "local-workflows"?'],
    [
      { 'local-workflows': { file_cleanup: {} } },
      'local-workflows.file_cleanup: there is no such setting. Did you mean "fileCleanup"?',
    ],
    [
      { 'local-workflows': { watchDirs: [] } },
      'local-workflows.watchDirs: there is no such setting. Did you mean "local-workflows.fileCleanup.watchDirs"?',
    ],
    [{ hwc: { ai: {} } }, 'hwc: there is no such setting.'],
    [{ ['__proto__x']: 1 }, '__proto__x: there is no such setting.'],
    [
      { router: { modelMappings: { a: { locl: 'x' } } } },
      'router.modelMappings.a.locl: there is no such field. Did you mean "local"?',
    ],
    [
      { router: 5 },
      'router: expected an object with enable, port, host, ollamaEndpoint, routing, modelMappings, logging, got 5',
    ],
    [
      { router: { routing: { strategy: 'local' } } },
      'router.routing.strategy: expected one of "local-first", "cloud-first", "cost-optimized", "latency-optimized", got "local"',
    ],
    [
      { 'local-workflows': { journaling: { timeOfDay: '24:00' } } },
      'local-workflows.journaling.timeOfDay: expected a time of day such as "02:00", got "24:00"',
    ],
    [
      { 'local-workflows': { fileCleanup: { schedule: '*:0/60' } } },
      'local-workflows.fileCleanup.schedule: expected a calendar event such as "daily" or "Mon..Fri 02:00", got "*:0/60": the minute never repeats within its range',
    ],
    [
      { 'local-workflows': { fileCleanup: { watchDirs: ['inbox'] } } },
      'local-workflows.fileCleanup.watchDirs.0: expected an absolute path, or one that begins with ~/ or $STATE/, got "inbox"',
    ],
    [
      { 'local-workflows': { api: { maxBodyBytes: null } } },
      'local-workflows.api.maxBodyBytes: expected a whole number from 1024 to 1073741824, got null',
    ],
    [
      { 'local-workflows': { backend: { endpoint: 'http://me:secret@host' } } },
      'local-workflows.backend.endpoint: expected an address that begins with http:// or https:// and holds no password',
    ],
    [
      { health: { interval: '0' } },
      'health.interval: expected a time span above 0 such as "5min" or "1h 30min", got "0"',
    ],
    [{ ollama: { models: [{}] } }, 'ollama.models.0.name: is missing: expected a model name without spaces'],
    [
      { ollama: { models: [7] } },
      'ollama.models.0: expected a text, or an object with name, autoUpdate, priority, got 7',
    ],
  ])('%j', (tree, message) => {
    expect(messages(faultsOf(() => load(config(tree))))).toEqual([expect.stringContaining(message)])
  })

  it('never show the password of a refused address', () => {
    const faults = faultsOf(() =>
      load(config({ 'local-workflows': { backend: { endpoint: 'http://me:secret@host' } } })),
    )
    expect(JSON.stringify(faults)).not.toContain('secret')
  })

  it('of JSON name the line and the column', () => {
    expect(messages(faultsOf(() => load({ HWC_AI_CONFIG: '{\n  "ollama": {\n    "port" 11434\n  }\n}' })))).toEqual([
      'HWC_AI_CONFIG: line 3, column 12: ":" was expected here',
    ])
  })

  it('a list is said to be no tree of settings', () => {
    expect(messages(faultsOf(() => load({ HWC_AI_CONFIG: '[]' }))).join()).not.toContain('does not exist')
  })

  it('a missing file is a fault', () => {
    expect(messages(faultsOf(() => load({ HWC_AI_CONFIG: '/nowhere/hwc.json' })))).toEqual([
      'HWC_AI_CONFIG: /nowhere/hwc.json: this file does not exist',
    ])
  })

  it('an unknown variable names the nearest known one', () => {
    expect(messages(faultsOf(() => load({ HWC_AI_LOCAL_WORKFLOWS_LOGLEVEL: 'debug', HWC_AI_PROT: '1' })))).toEqual([
      'HWC_AI_LOCAL_WORKFLOWS_LOGLEVEL: there is no such setting. Did you mean "HWC_AI_LOCAL_WORKFLOWS_LOG_LEVEL"?',
      'HWC_AI_PROT: there is no such setting. Did you mean "HWC_AI_PORT"?',
    ])
  })

  it('two variables for one setting must agree', () => {
    expect(
      load({ HWC_AI_PORT: '7001', HWC_AI_LOCAL_WORKFLOWS_API_PORT: '7001' }).settings['local-workflows'].api.port,
    ).toBe(7001)
    expect(faultsOf(() => load({ HWC_AI_PORT: '7001', HWC_AI_LOCAL_WORKFLOWS_API_PORT: '7002' }))).toHaveLength(1)
  })
})

describe('settings that do not fit together', () => {
  it.each([
    [{ 'local-workflows': { api: { host: '0.0.0.0' } } }, 'local-workflows.api.host'],
    [{ 'local-workflows': { runs: { retentionDays: 5, keepOutputsDays: 6 } } }, 'local-workflows.runs.keepOutputsDays'],
    [{ ollama: { enable: true, port: 6021 } }, 'local-workflows.api.port'],
    [
      { mcp: { proxy: { host: '10.0.0.1' }, reverseProxy: { enable: true, authType: 'none' } } },
      'mcp.reverseProxy.authType',
    ],
    [{ 'open-webui': { ragOverlap: 1500 } }, 'open-webui.ragOverlap'],
    [{ 'open-webui': { tools: { a: { url: 'http://x' } } } }, 'open-webui.tools'],
    [{ cloud: { enable: true, openai: { enable: true } } }, 'cloud.openai.apiKeyFile'],
    [{ router: { modelMappings: { a: {} } } }, 'router.modelMappings'],
    [{ health: { timeout: '10min' } }, 'health.timeout'],
    [{ agent: { enable: true } }, 'agent.enable'],
  ])('%j', (tree, path) => {
    expect(faultsOf(() => load(config(tree))).map((fault) => fault.path)).toEqual([path])
  })

  it.each([
    { 'local-workflows': { api: { host: '0.0.0.0', allowNonLoopback: true } } },
    { 'local-workflows': { api: { host: '::1' } } },
    { 'local-workflows': { runs: { retentionDays: 0, keepOutputsDays: 6 } } },
    { ollama: { enable: false, port: 6021 } },
    { mcp: { reverseProxy: { enable: true, authType: 'none' } } },
    { cloud: { openai: { enable: true } } },
  ])('%j is fine', (tree) => {
    expect(load(config(tree)).warnings).toEqual([])
  })
})

describe('values edited in the admin', () => {
  it('that no longer fit are left out with a warning, and the layer below is used', () => {
    const loaded = load(
      { HWC_AI_PORT: '7001' },
      { 'local-workflows.api.port': 'x', 'local-workflows.gone': 1, 'ollama.port': 7003 },
    )
    expect(loaded.settings['local-workflows'].api.port).toBe(7001)
    expect(loaded.settings.ollama.port).toBe(7003)
    expect(loaded.sources.get('local-workflows.api.port')).toBe('environment')
    expect(loaded.warnings.map(({ path }) => path)).toEqual(['local-workflows.api.port', 'local-workflows.gone'])
  })

  it('that do not fit together with the file are left out too', () => {
    const loaded = load(config({ ollama: { enable: true } }), {
      'local-workflows.api.port': 11434,
      'local-workflows.logLevel': 'debug',
    })
    expect(loaded.settings['local-workflows'].api.port).toBe(6021)
    expect(loaded.settings['local-workflows'].logLevel).toBe('debug')
    expect(loaded.warnings.map(({ path }) => path)).toEqual(['local-workflows.api.port'])
  })

  it('do not hide a fault of the file', () => {
    expect(faultsOf(() => load(config({ agent: { enable: true } }), { 'ollama.port': 7003 }))).toHaveLength(1)
  })

  it('are checked before they are stored, alone and together', () => {
    const current = load()
    expect(validateOverride('ollama.port', 7003, current)).toEqual([])
    expect(validateOverride('ollama.port', 70_003, current)).toEqual([
      { path: 'ollama.port', message: 'expected a port from 0 to 65535, got 70003' },
    ])
    expect(validateOverride('ollama.prt', 1, current)).toEqual([
      { path: 'ollama.prt', message: 'there is no such setting. Did you mean "ollama.port"?' },
    ])
    expect(validateOverride('local-workflows.api.host', '0.0.0.0', current)).toHaveLength(1)
    const both = new Map<string, unknown>([
      ['local-workflows.api.host', '0.0.0.0'],
      ['local-workflows.api.allowNonLoopback', true],
    ])
    expect(validateOverrides(both, current)).toEqual([])
  })

  it('that were valid stay valid when stored', () => {
    const stored = {
      'local-workflows.fileCleanup.watchDirs': ['~/Downloads'],
      'local-workflows.fileCleanup.rulesDir': '$STATE/rules',
    }
    const { settings, warnings } = load({}, stored)
    expect(warnings).toEqual([])
    expect(settings['local-workflows'].fileCleanup.watchDirs).toEqual(['/home/me/Downloads'])
    expect(settings['local-workflows'].fileCleanup.rulesDir).toBe('/state/rules')
  })
})

describe('the state folder', () => {
  it.each([
    [{ HWC_AI_STATE: '/srv/state', HOME: '/h' }, '/srv/state'],
    [{ HWC_AI_STATE: '~/state', HOME: '/h' }, '/h/state'],
    [{ XDG_STATE_HOME: '/xdg', HOME: '/h' }, '/xdg/hwc-ai'],
    [{ XDG_STATE_HOME: 'relative', HOME: '/h' }, '/h/.local/state/hwc-ai'],
    [{ HWC_AI_STATE: '', HOME: '/h' }, '/h/.local/state/hwc-ai'],
  ])('%j', (env, folder) => {
    expect(stateDirFrom(env)).toBe(folder)
  })
})

describe('a configuration that Nix wrote', () => {
  const nix = (tree: unknown): Env => ({ ...config(tree), HWC_AI_CONFIG_FROM: 'nix' })

  it('is shown as such and goes before what was edited in the admin', () => {
    const { settings, sources, locked, warnings } = load(nix({ ollama: { port: 7003 } }), {
      'ollama.port': 7005,
      'router.port': 7006,
    })
    expect([settings.ollama.port, settings.router.port]).toEqual([7003, 7006])
    expect([sources.get('ollama.port'), sources.get('router.port')]).toEqual(['nix', 'admin'])
    expect([...locked]).toEqual(['ollama.port'])
    expect(messages(warnings)).toEqual([
      'ollama.port: The value edited in the admin was left out: the Nix configuration sets it',
    ])
  })

  it('keeps its models while the admin adds others', () => {
    const { settings, locked } = load(nix({ ollama: { models: ['a:1b'] } }), { 'ollama.models': ['a:1b', 'b:1b'] })
    expect(settings.ollama.models).toEqual(['a:1b', 'b:1b'])
    expect([...locked]).toEqual([])
  })

  it('leaves to the environment what a variable sets', () => {
    const { settings, sources, locked } = load({ ...nix({ ollama: { port: 7003 } }), HWC_AI_OLLAMA_PORT: '7004' })
    expect([settings.ollama.port, sources.get('ollama.port'), [...locked]]).toEqual([7004, 'environment', []])
  })

  it('can only come from Nix', () => {
    expect(messages(faultsOf(() => load({ HWC_AI_CONFIG_FROM: 'guix' })))).toEqual([
      'HWC_AI_CONFIG_FROM: expected "nix" or nothing, got "guix"',
    ])
  })
})
