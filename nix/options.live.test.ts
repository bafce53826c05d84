/** Every option as Nix sees it: its default, another value, a wrong one, and 200 sets of settings there and back. */
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { settingAt } from '#lib/config/index.ts'
import { SETTINGS } from '#lib/config/schema/index.ts'
import { parseTimeSpan } from '#lib/schedule/index.ts'
import { toNix } from './emit/index.ts'
import { machineFile } from './generate/machine.ts'
import { asNix } from './generate/option.ts'
import { asTree, someSettings, wrongValue } from './testing/arbitrary.ts'
import { evaluate, findLibrary, hasNix, refusal, writeTree } from './testing/evaluate.ts'
import { exportInput, treeOf } from './testing/trees.ts'

it.skipIf(hasNix || process.env['CI'] === undefined)('nix-instantiate is there for the live tests', () => {
  expect.fail('nix-instantiate is not installed')
})

const library = findLibrary()
const judge = library.real ? 'the library of nixpkgs' : 'the stand-in library: the real evaluation is skipped'
const AI = '{ config, ... }: config.hwc.ai'
const REFUSED = '{ config, ... }: (builtins.tryEval (builtins.deepSeq config.hwc.ai true)).success'

const module = (path: string, value: unknown) => toNix({ hwc: { ai: asNix(asTree({ [path]: value })) } })

describe.skipIf(!hasNix)(`the options, judged by ${judge}`, () => {
  const tree = treeOf()
  const written = writeTree(tree)
  const entry = [...tree.keys()].filter((path) => path.endsWith('options.nix'))
  afterAll(() => {
    written.remove()
  })

  it('have the defaults of the settings', async () => {
    const { values } = await evaluate(written, { none: '{ }' }, { entry, select: AI })
    expect(exportInput(values['none']).settings).toEqual(exportInput().settings)
    const ai = values['none']
    for (const [path, setting] of SETTINGS)
      expect([path, settingAt(ai as never, path)]).toEqual([path, asNix(setting.default)])
  })

  it('take the example of every setting', async () => {
    const cases = Object.fromEntries([...SETTINGS].map(([path, { example }]) => [path, module(path, example)]))
    const { values } = await evaluate(written, cases, { entry, select: AI })
    for (const [path, { example }] of SETTINGS)
      expect([path, exportInput(values[path]).settings]).toEqual([
        path,
        exportInput(asTree({ [path]: example })).settings,
      ])
  })

  it('refuse a wrong value of every setting', async () => {
    const cases = Object.fromEntries([...SETTINGS].map(([path, { type }]) => [path, module(path, wrongValue(type))]))
    const { values } = await evaluate<boolean>(written, cases, { entry, select: REFUSED })
    expect(Object.keys(values).filter((path) => values[path])).toEqual([])
  })

  it.each([
    ['ollama.port', 70_000, '16 bit unsigned integer'],
    ['ollama.imageTag', 'latest', 'a pinned version such as 0.17.4, never latest'],
    ['ollama.healthCheck.interval', '5 bananas', 'time span above 0, such as "5min" or "1h 30min"'],
    ['ollama.healthCheck.interval', '0', 'time span above 0'],
    ['ollama.modelHealth.schedule', '3am', 'time of day, such as "02:00"'],
    ['ollama.diskMonitoring.warnPercent', 101, 'between 1 and 100'],
    ['open-webui.ollamaEndpoint', 'http://me:secret@host', 'holds no password'],
    ['cloud.openai.apiKeyFile', '/nix/store/x-key', 'absolute path outside of the Nix store'],
    ['router.routing.strategy', 'best', 'one of "local-first", "cloud-first"'],
    ['local-workflows.fileCleanup.watchDirs', ['inbox'], 'absolute path, as a string'],
    ['mcp.servers', { wiki: { memoryMax: 1 } }, 'between 16 and 1048576'],
  ])('say what %s takes instead of %j', async (path, value, words) => {
    const said = await refusal(written, module(path, value), { entry, select: AI })
    expect(said).toContain(`hwc.ai.${path}`)
    expect(said).toContain(words)
  })

  it('keep a path to a secret out of the store, even where it is written as a path', async () => {
    const { values } = await evaluate(
      written,
      { a: '{ hwc.ai.cloud.openai.apiKeyFile = /run/secrets/key; }' },
      { entry, select: '{ config, ... }: config.hwc.ai.cloud.openai.apiKeyFile' },
    )
    expect(values['a']).toBe('/run/secrets/key')
  })

  it('count the seconds of a time span as the app does', async () => {
    const spans = ['5min', '1h 30min', '10s', '1.5d', '.5s', '90', '1w 2d', '3 hours', '100ms', '2min30s', '08s']
    const { values } = await evaluate<number[]>(
      written,
      { a: '{ }' },
      {
        entry,
        select: `_: map (import ${written.root}/domains/ai/parts/time-span.nix { lib = import ${library.path}; }) ${toNix(spans)}`,
      },
    )
    expect(values['a']).toEqual(spans.map((span) => Math.ceil((parseTimeSpan(span) ?? 0) / 1000)))
  })
})

describe.skipIf(!hasNix)(`settings as a machine's file, judged by ${judge}`, () => {
  it('come back the same, 200 random sets of them', async () => {
    const inputs: ReturnType<typeof exportInput>[] = []
    for (const values of fc.sample(someSettings, 2000)) {
      try {
        inputs.push(exportInput(asTree(values)))
      } catch {
        // Each value fits, and together they do not: the app takes no such settings.
      }
      if (inputs.length === 200) break
    }
    expect(inputs).toHaveLength(200)
    const tree = new Map(treeOf())
    for (const [index, input] of inputs.entries()) tree.set(`machines/server/${index}.nix`, machineFile(input))
    const written = writeTree(tree)
    try {
      const cases = inputs.map((_, index): [string, string] => [
        String(index),
        `import ${written.root}/machines/server/${index}.nix`,
      ])
      const { values } = await evaluate(written, Object.fromEntries(cases), {
        entry: [],
        select: `{ config, ... }: config.hwc.ai // {
          local-workflows = removeAttrs config.hwc.ai.local-workflows [ "service" ];
          mcp = removeAttrs config.hwc.ai.mcp [ "service" ];
        }`,
      })
      for (const [index, { settings }] of inputs.entries())
        expect(exportInput(values[String(index)]).settings).toEqual(settings)
    } finally {
      written.remove()
    }
  })
})
