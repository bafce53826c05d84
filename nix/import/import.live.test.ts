/** There and back through real Nix: settings exported, evaluated as a machine of the tree, and imported again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { type LoadedSettings, type Settings } from '#lib/config/index.ts'
import { SettingsManager } from '#lib/core/settings.ts'
import { silentLogger } from '#lib/logging/index.ts'
import { openStore } from '#lib/store/index.ts'
import { renderTree } from '../render.ts'
import { evaluate, hasNix, writeTree } from '../testing/evaluate.ts'
import { someLoaded } from '../testing/loaded.ts'
import type { NixTree } from '../types.ts'
import { planImport } from './index.ts'

const RUNS = 200
const MACHINE = 'machines/server/config.nix'
/** What `nix eval --json` would print of a machine, but for what only a machine has. */
const AI = `{ config, ... }: config.hwc.ai // {
  local-workflows = removeAttrs config.hwc.ai.local-workflows [ "service" ];
}`

const home = mkdtempSync(join(tmpdir(), 'hwc-round-trip-'))
const store = openStore(join(home, 'hwc-ai.sqlite'))
afterAll(async () => {
  await store.close()
  rmSync(home, { recursive: true, force: true })
})

/** What the app makes of imported values, from nothing. */
async function imported(json: unknown): Promise<LoadedSettings> {
  await store.db.deleteFrom('setting_values').execute()
  const env = { HOME: '/home/me' }
  const manager = await SettingsManager.open({
    env,
    stateDir: '/state',
    store,
    now: () => new Date(0),
    log: silentLogger,
  })
  const { values, resets } = planImport(json, '', manager)
  await manager.change(values, resets, 'test')
  return manager.loaded
}

const treeOf = ({ settings, sources }: LoadedSettings): NixTree => renderTree({ settings, sources, version: '1.0.0' })
const asJson = (settings: Settings): unknown => JSON.parse(JSON.stringify(settings))

describe.skipIf(!hasNix && process.env['CI'] === undefined)(`${RUNS} random settings`, () => {
  it('are the same after an export, an evaluation and an import, and so is the tree', async () => {
    const before: LoadedSettings[] = []
    for (const { settings } of fc.sample(someLoaded, RUNS)) before.push(await imported(asJson(settings)))
    const trees = before.map(treeOf)
    const files = new Map(trees[0])
    trees.forEach((tree, index) => files.set(`machines/server/case-${index}.nix`, tree.get(MACHINE) ?? ''))
    const written = writeTree(files)
    try {
      const cases = Object.fromEntries(
        trees.map((_, index) => [String(index), `{ imports = [ (root + "/machines/server/case-${index}.nix") ]; }`]),
      )
      const { values } = await evaluate(written, cases, { entry: [], select: AI })
      for (const [index, loaded] of before.entries()) {
        const after = await imported(values[String(index)])
        expect(after.settings).toEqual(loaded.settings)
        expect(treeOf(after)).toEqual(trees[index])
      }
    } finally {
      written.remove()
    }
  })
})
