/** The retired options and their successors, by real Nix. */
import { afterAll, describe, expect, it } from 'vitest'
import { describeSetting } from '#lib/config/index.ts'
import { toNix } from './emit/index.ts'
import { asNix } from './generate/option.ts'
import { evaluate, hasNix, writeTree } from './testing/evaluate.ts'
import type { MachineSummary } from './testing/machine.ts'
import { treeOf } from './testing/trees.ts'

const MODULES = ['ollama', 'open-webui', 'local-workflows', 'mcp']
/** How many options there were when the names were retired. What is new since then never had an old name. */
const RETIRED = 67
const WITH_OLLAMA = { 'ollama.enable': true }

type Values = Readonly<Record<string, unknown>>

/** A configuration that sets these options below a namespace. */
function configuration(namespace: string, values: Values): string {
  const lines = Object.entries(values).map(([path, value]) => `${namespace}.${path} = ${toNix(asNix(value))};`)
  return `{ ${lines.join(' ')} }`
}

const withoutWarnings = ({ warnings: _warnings, ...machine }: MachineSummary) => machine

describe.runIf(hasNix)('the retired options', () => {
  const tree = writeTree(treeOf())
  afterAll(() => tree.remove())

  const legacyFile = treeOf().get('domains/ai/legacy-compat.nix') ?? ''
  const leaves = MODULES.flatMap((module) => {
    const list = new RegExp(`^    ${module} = \\[\\n([^\\]]*)\\];`, 'm').exec(legacyFile)?.[1] ?? ''
    return [...list.matchAll(/"([^"]+)"/g)].map(([, leaf]) => `${module}.${leaf ?? ''}`)
  })

  it('each have a successor with the same name', () => {
    expect(new Set(leaves).size).toBe(RETIRED)
    expect(leaves.filter((path) => describeSetting(path) === undefined)).toEqual([])
  })

  it('give the same machine as the new ones, each with a warning that names its successor', async () => {
    const values = Object.fromEntries([
      ...leaves.map((path) => [path, describeSetting(path)?.example] as const),
      ...MODULES.map((module) => [`${module}.enable`, true] as const),
      ['mcp.filesystem.nixos.draftsDir', '/srv/drafts'],
      ['mcp.filesystem.nixos.user', 'hwc-ai'],
    ])
    const hosts = { routes: 'hwcHost', plain: '{ services.caddy.enable = true; }' }
    const cases = Object.fromEntries(
      Object.entries(hosts).flatMap(([name, host]) => [
        [`${name}-old`, `{ imports = [ ${host} ${configuration('hwc.server.ai', values)} ]; }`],
        [`${name}-new`, `{ imports = [ ${host} ${configuration('hwc.ai', { enable: true, ...values })} ]; }`],
      ]),
    )
    const { values: machines } = await evaluate<MachineSummary>(tree, cases, { entry: ['.'] })
    for (const host of Object.keys(hosts)) {
      const [old, renewed] = [machines[`${host}-old`], machines[`${host}-new`]]
      if (old === undefined || renewed === undefined) throw new Error('nothing was evaluated')
      expect(withoutWarnings(old)).toEqual(withoutWarnings(renewed))
      expect(renewed.warnings).toEqual([])
      expect(old.warnings).toHaveLength(leaves.length)
      for (const leaf of leaves)
        expect(old.warnings.filter((warning) => warning.endsWith(`renamed to \`hwc.ai.${leaf}'.`))).toHaveLength(1)
    }
  })

  it('warn of nothing while none is used', async () => {
    const { values } = await evaluate<MachineSummary>(tree, { none: configuration('hwc.ai', { enable: true }) })
    expect(values['none']?.warnings).toEqual([])
  })

  it('can go: the tree without the file is the same to who uses none', async () => {
    const files = new Map([...treeOf()].filter(([path]) => path !== 'domains/ai/legacy-compat.nix'))
    const without = writeTree(files)
    try {
      const cases = { one: configuration('hwc.ai', { enable: true, ...WITH_OLLAMA, 'local-workflows.enable': true }) }
      const [before, after] = await Promise.all([evaluate(tree, cases), evaluate(without, cases)])
      expect(after.values).toEqual(before.values)
    } finally {
      without.remove()
    }
  })
})
