/** What the modules say again because Nix cannot ask the app: kept the same as the app's own. */
import { spawnSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { SETTINGS } from '#lib/config/schema/index.ts'
import type { Setting, TypeSpec } from '#lib/config/schema/types.ts'
import { withTimeOfDay } from '#lib/schedule/calendar.ts'
import { nixString } from './emit/index.ts'
import { evaluate, hasNix, writeTree } from './testing/evaluate.ts'
import type { MachineSummary } from './testing/machine.ts'
import { hasProgram } from './testing/programs.ts'
import { treeOf } from './testing/trees.ts'

const files = treeOf()
const settingsFile = files.get('domains/ai/local-workflows/parts/settings.nix') ?? ''

/** The texts of a list in a Nix file. */
function listOf(name: string): string[] {
  const list = new RegExp(`\\b${name} = [^\\[]*\\[([^\\]]*)\\]`).exec(settingsFile)?.[1] ?? ''
  return [...list.matchAll(/"([^"]+)"/g)].map(([, text]) => text ?? '')
}

/** Every setting and every field of one, by its last name. */
function* fieldsOf(name: string, setting: Setting<unknown>): Generator<[string, Setting<unknown>]> {
  yield [name, setting]
  const inner = (spec: TypeSpec): TypeSpec => ('of' in spec ? inner(spec.of) : spec)
  const spec = inner(setting.type)
  if (spec.kind === 'submodule') for (const [field, of] of Object.entries(spec.fields)) yield* fieldsOf(field, of)
}

const app = (settings: string) =>
  `{ hwc.ai = { enable = true; local-workflows = { enable = true; backend.type = "built-in"; ${settings} }; }; }`

describe('what units are built from', () => {
  it('is named as the app names it', () => {
    const woven = listOf('woven')
    expect(woven.length).toBeGreaterThan(20)
    expect(woven.filter((path) => !SETTINGS.has(path))).toEqual([])
  })

  it('leaves the name of what only a machine can say to the machine', () => {
    expect([...SETTINGS.keys()].filter((path) => path.split('.').includes('service'))).toEqual([])
  })
})

describe('the secrets that systemd hands over', () => {
  it('are the secrets of the app', () => {
    const fields = [...SETTINGS].flatMap(([path, setting]) => [...fieldsOf(path.split('.').at(-1) ?? '', setting)])
    const secret = fields.filter(([, { secret: is }]) => is).map(([name]) => name)
    expect([...new Set(secret)].sort()).toEqual(listOf('secretNames').sort())
    // A name means the same everywhere.
    for (const [name, setting] of fields)
      if (secret.includes(name)) expect([name, setting.secret]).toEqual([name, true])
  })
})

describe.runIf(hasNix)('the modules, as Nix evaluates them', () => {
  const tree = writeTree(files)
  afterAll(() => tree.remove())

  it('give a schedule that names days the time of day that the app would', async () => {
    const events = [
      'daily',
      'Weekly',
      'monthly',
      'quarterly',
      'semiannually',
      'yearly',
      'annually',
      'hourly',
      'minutely',
    ]
    events.push('Mon..Fri', 'Sat,Sun 12:30', '*-*-01', '*:0/30', 'daily UTC', 'Mon utc', 'Mon 06:00 UTC')
    const cases = Object.fromEntries(
      events.map((event) => [
        event,
        app(`journaling = { enable = true; schedule = ${nixString(event)}; timeOfDay = "06:15"; };`),
      ]),
    )
    const { values } = await evaluate<MachineSummary>(tree, cases)
    for (const event of events)
      expect([event, values[event]?.timers['hwc-ai-journal']?.timerConfig['OnCalendar']]).toEqual([
        event,
        withTimeOfDay(event, '06:15'),
      ])
  })

  it.runIf(hasProgram('shellcheck'))('put commands in the path that shellcheck has nothing against', async () => {
    const select = '{ config, ... }: map (package: package.text) config.environment.systemPackages'
    const { values } = await evaluate<string[]>(tree, { one: app('chatCli.enable = true;') }, { select })
    expect(values['one']).toHaveLength(2)
    for (const text of values['one'] ?? [])
      expect(spawnSync('shellcheck', ['-'], { input: text, encoding: 'utf8' }).stdout).toBe('')
  })
})
