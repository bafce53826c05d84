import { describe, expect, it } from 'vitest'
import { variableOf } from '../environment.ts'
import { checkValue } from '../check.ts'
import { jointFaults } from '../rules.ts'
import { loadSettings } from '../load.ts'
import { describeSetting, listSections, listSettings, SETTINGS } from './index.ts'
import type { Setting, TypeSpec } from './types.ts'

/** Every setting and every field of a submodule, by path. */
function everything(): [string, Setting<unknown>][] {
  const found: [string, Setting<unknown>][] = []
  const visit = (path: string, setting: Setting<unknown>) => {
    found.push([path, setting])
    const fields = (spec: TypeSpec): void => {
      if (spec.kind === 'submodule')
        for (const [name, field] of Object.entries(spec.fields)) visit(`${path}.*.${name}`, field)
      else if (spec.kind === 'either') spec.options.forEach(fields)
      else if ('of' in spec) fields(spec.of)
    }
    fields(setting.type)
  }
  for (const [path, setting] of SETTINGS) visit(path, setting)
  return found
}

/** The kind of number a type holds, if it holds one. */
function measured(spec: TypeSpec): boolean {
  return spec.kind === 'nullOr'
    ? measured(spec.of)
    : ['int', 'port', 'timeSpan', 'onCalendar', 'timeOfDay'].includes(spec.kind)
}

const folders = { state: '/state', home: '/home/me' }

describe('every setting', () => {
  it.each(everything())(
    '%s has a description, a unit where one is due, and a fitting default and example',
    (path, setting) => {
      expect(setting.description).toMatch(/^[A-Z].{15,}\.$/)
      expect(setting.unit !== null).toBe(measured(setting.type))
      expect(checkValue(setting.type, setting.example, path, folders).faults).toEqual([])
      if (setting.default !== undefined)
        expect(checkValue(setting.type, setting.default, path, folders).faults).toEqual([])
    },
  )

  it('that names a file with a secret says so, and no other does', () => {
    const secret = everything()
      .filter(([, setting]) => setting.secret)
      .map(([path]) => path)
    const named = everything()
      .map(([path]) => path)
      .filter((path) => /(key|token)File$/i.test(path))
    expect(secret).toEqual(named)
  })

  it('has a variable of its own', () => {
    const names = [...SETTINGS.keys()].map(variableOf)
    expect(new Set(names).size).toBe(names.length)
    expect(variableOf('local-workflows.fileCleanup.watchDirs')).toBe('HWC_AI_LOCAL_WORKFLOWS_FILE_CLEANUP_WATCH_DIRS')
    expect(variableOf('open-webui.enableRAG')).toBe('HWC_AI_OPEN_WEBUI_ENABLE_RAG')
  })

  it('is listed with all that a form or an export needs, without the machinery behind it', () => {
    expect(describeSetting('local-workflows.api.port')).toEqual({
      path: 'local-workflows.api.port',
      type: { kind: 'port' },
      default: 6021,
      unit: 'port',
      description: 'Port on which the server listens; 0 takes a free one.',
      example: 6021,
      secret: false,
      restart: true,
    })
    expect(describeSetting('local-workflows.api')).toBeUndefined()
    expect(listSettings().map(({ path }) => path)).toEqual([...SETTINGS.keys()])
  })
})

describe('the tree', () => {
  it('has the sections of the hwc.ai namespace', () => {
    expect(listSections().map(({ name }) => name)).toEqual([
      'ollama',
      'open-webui',
      'local-workflows',
      'mcp',
      'cloud',
      'router',
      'health',
      'agent',
    ])
  })

  it('is valid as a whole with its defaults', () => {
    const { settings } = loadSettings({ env: {}, readFile: () => '', stateDir: '/state' })
    expect(jointFaults(settings)).toEqual([])
  })

  it.each([
    ['enable', false],
    ['ollama.port', 11434],
    ['ollama.models', []],
    ['ollama.diskMonitoring.warnPercent', 80],
    ['open-webui.port', 3001],
    ['open-webui.ollamaEndpoint', 'http://ollama:11434'],
    ['local-workflows.api.host', '127.0.0.1'],
    ['local-workflows.fileCleanup.dryRun', true],
    ['local-workflows.fileCleanup.schedule', '*:0/30'],
    ['local-workflows.journaling.sources', ['systemd-journal', 'container-logs', 'nixos-rebuilds']],
    ['local-workflows.chatCli.maxHistoryLines', 1000],
    ['mcp.reverseProxy.authType', 'apikey'],
    ['cloud.fallback.timeout', 30],
    ['router.routing.strategy', 'local-first'],
    ['health.failuresBeforeDown', 2],
    ['agent.port', 6020],
  ])('%s has the default that existing machine configs rely on', (path, value) => {
    expect(describeSetting(path)?.default).toEqual(value)
  })

  it.each(['ollama', 'open-webui'])('does not pin %s to a moving tag', (section) => {
    const tag = SETTINGS.get(`${section}.imageTag`)
    for (const moving of ['latest', 'main', '', 'a b'])
      expect(checkValue(tag?.type ?? { kind: 'bool' }, moving, 'x', folders).faults).toHaveLength(1)
    expect(tag?.default).toMatch(/^v?\d+\.\d+\.\d+$/)
  })
})
