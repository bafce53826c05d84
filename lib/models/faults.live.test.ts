/** What can go wrong between a registry, a real Ollama and the disk. The models here are bytes without sense, hashed but not asked. */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyModels, type Done } from './apply.ts'
import { gather } from './gather.ts'
import { modelsStatus } from './status.ts'
import { createMachine, type Machine } from './testing/machine.ts'
import { realOllama, type ServedOllama, serveOllama } from './testing/ollama.ts'
import { offerDummy, startRegistry, type TestRegistry } from './testing/registry.ts'

const real = realOllama()
const ALL = { checkUpdates: true, dueOnly: false }
const MB = 1_000_000

/** A file system of its own size, which can be made read-only; only root may mount one. */
function mount(path: string, options: string): boolean {
  mkdirSync(path, { recursive: true })
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status === 0
}

const probe = mkdtempSync(join(tmpdir(), 'hwc-ai-mount-'))
const canMount = mount(probe, 'size=1m')
if (canMount) spawnSync('umount', [probe])
rmSync(probe, { recursive: true })

const only = (results: readonly Done[]) => {
  const [result, ...others] = results.filter(({ kind }) => kind !== 'undeclared')
  if (result === undefined || others.length > 0) throw new Error('expected one action')
  return { kind: result.kind, outcome: result.outcome, code: result.error?.code, message: result.error?.message }
}

describe.skipIf(real === null)('a real Ollama', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-faults-'))
  const disk = join(folder, 'disk')
  const dataDir = join(folder, 'ollama')
  let registry: TestRegistry
  let ollama: ServedOllama
  let machine: Machine

  beforeAll(async () => {
    if (canMount) mount(disk, 'size=12m')
    mkdirSync(join(disk, 'models'), { recursive: true })
    symlinkSync(disk, dataDir)
    registry = await startRegistry()
    ollama = await serveOllama(real?.program ?? '', join(dataDir, 'models'))
    machine = createMachine({
      folder,
      ollamaUrl: ollama.url,
      dataDir,
      insecureRegistries: [registry.host],
      validate: false,
    })
  })
  afterAll(async () => {
    await machine.store.close()
    await ollama.stop()
    await registry.close()
    if (canMount) spawnSync('umount', [disk])
    rmSync(folder, { recursive: true })
  })

  const apply = (model: string, options = ALL) =>
    applyModels(machine.work([`${registry.host}/library/${model}`]), options)
  const listed = async () => (await machine.work([]).admin.list()).map(({ name }) => name.split('/').at(-1))
  const removeAll = async () => {
    const { admin } = machine.work([])
    for (const { name } of await admin.list()) await admin.remove(name)
  }
  const later = () => {
    machine.clock.now = new Date(machine.clock.now.getTime() + 3_600_000)
  }

  it('that is sent a wrong byte refuses the model; the reason is kept, and the next try gets it', async () => {
    const manifest = offerDummy(registry, 'wrong:1', randomBytes(2 * MB))
    const digest = manifest.layers[0]?.digest ?? ''
    registry.wrong.add(digest)
    expect(only(await apply('wrong:1'))).toMatchObject({
      kind: 'pull',
      outcome: 'failed',
      code: 'backend-error',
      message: expect.stringContaining('is not what its manifest promises') as string,
    })
    expect(await listed()).toEqual([])
    registry.wrong.clear()
    const sent = registry.fetched.length
    expect(only(await apply('wrong:1', { checkUpdates: true, dueOnly: true })).outcome).toBe('left')
    expect(registry.fetched).toHaveLength(sent)
    later()
    expect(only(await apply('wrong:1', { checkUpdates: true, dueOnly: true })).outcome).toBe('done')
    await removeAll()
  })

  it('is spoken to with plain HTTP only for a registry that the settings list', async () => {
    offerDummy(registry, 'plain:1', randomBytes(1000))
    const strict = createMachine({
      folder: join(folder, 'strict'),
      ollamaUrl: ollama.url,
      dataDir,
      insecureRegistries: [],
      validate: false,
    })
    const before = registry.fetched.length
    const name = `${registry.host}/library/plain:1`
    expect(only(await applyModels(strict.work([name]), ALL))).toMatchObject({ outcome: 'failed' })
    expect(registry.fetched).toHaveLength(before)
    const { invalid } = await gather(strict.work([`http://${name}`]), { checkUpdates: true, measure: true })
    expect(invalid).toMatchObject([{ reason: expect.stringContaining('ollama.insecureRegistries') as string }])
    await strict.store.close()
  })

  it('whose registry has no such model fails with that reason, for this model alone', async () => {
    offerDummy(registry, 'there:1', randomBytes(1000))
    const results = await applyModels(
      machine.work([
        { name: `${registry.host}/library/gone:1`, autoUpdate: true, priority: 1 },
        `${registry.host}/library/there:1`,
      ]),
      ALL,
    )
    expect(results.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
      ['failed', 'model-not-found'],
      ['done', undefined],
    ])
    await removeAll()
  })

  it.skipIf(!canMount)('is not asked for what cannot fit: nothing is fetched', async () => {
    offerDummy(registry, 'large:1', randomBytes(20 * MB))
    const before = registry.fetched.length
    expect(only(await apply('large:1'))).toMatchObject({
      outcome: 'failed',
      code: 'disk-full',
      message: expect.stringMatching(/needs 19\.1 MB, but the disk of .* has only 1\d\.\d MB left/) as string,
    })
    expect(registry.fetched).toHaveLength(before)
  })

  it.skipIf(!canMount)('whose disk fills up half way says so, and what is there still works', async () => {
    offerDummy(registry, 'small:1', randomBytes(1000))
    expect(only(await apply('small:1')).outcome).toBe('done')
    const manifest = offerDummy(registry, 'lying:1', randomBytes(20 * MB))
    for (const layer of manifest.layers) layer.size = 1000
    expect(only(await apply('lying:1'))).toMatchObject({ outcome: 'failed', code: 'disk-full' })
    expect(await listed()).toEqual(['small:1'])
    for (const file of readdirSync(join(disk, 'models', 'blobs')).filter((name) => name.includes('-partial')))
      unlinkSync(join(disk, 'models', 'blobs', file))
    await removeAll()
  })

  it.skipIf(!canMount)('whose folder is read-only: a finding of its own, and cured by itself', async () => {
    offerDummy(registry, 'late:1', randomBytes(1000))
    spawnSync('mount', ['-o', 'remount,ro', disk])
    const before = registry.fetched.length
    expect(only(await apply('late:1'))).toMatchObject({
      outcome: 'failed',
      code: 'model-folder',
      message: expect.stringContaining('can be read but not written') as string,
    })
    expect(registry.fetched).toHaveLength(before)
    const { folder: found } = await modelsStatus(machine.work([]))
    expect(found.judged?.status).toBe('degraded')
    spawnSync('mount', ['-o', 'remount,rw', disk])
    later()
    expect(only(await apply('late:1')).outcome).toBe('done')
    await removeAll()
  })

  it('whose folder is a link to nothing: named in plain words, and cured by itself', async () => {
    offerDummy(registry, 'linked:1', randomBytes(1000))
    const away = join(folder, 'away')
    unlinkSync(dataDir)
    symlinkSync(away, dataDir)
    await expect(apply('linked:1')).rejects.toMatchObject({
      code: 'model-folder',
      message: expect.stringContaining(
        `is a link to ${away}, and there is nothing there, so every model is gone`,
      ) as string,
    })
    const status = await modelsStatus(machine.work([`${registry.host}/library/linked:1`]))
    expect(status.folder.judged?.status).toBe('down')
    expect(['missing', 'unknown']).toContain(status.models[0]?.state)
    unlinkSync(dataDir)
    symlinkSync(disk, dataDir)
    expect(only(await apply('linked:1')).outcome).toBe('done')
    await removeAll()
  })

  it('that is down ends the run with that, and counts against no model', async () => {
    const name = `${registry.host}/library/linked:1`
    const silent = createMachine({
      folder: join(folder, 'silent'),
      ollamaUrl: 'http://127.0.0.1:9',
      dataDir,
      insecureRegistries: [registry.host],
      validate: false,
    })
    await expect(applyModels(silent.work([name]), ALL)).rejects.toMatchObject({ code: 'no-model-backend' })
    expect(await silent.store.db.selectFrom('models').selectAll().execute()).toEqual([])
    const status = await modelsStatus(silent.work([name]))
    expect(status).toMatchObject({ unreachable: expect.any(String) as string, models: [{ state: 'unknown' }] })
    await silent.store.close()
  })
})
