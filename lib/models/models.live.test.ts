/** Wanted models on a real Ollama, pulled from a registry of this test: one real model, and what can go wrong with it. */
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyModels, type Done } from './apply.ts'
import { judgeModel } from './checks.ts'
import { gather } from './gather.ts'
import { blobsOf, digestOnceStored, type Manifest } from './manifest.ts'
import { keptName, parseModelName } from './name.ts'
import { pruneModels } from './prune.ts'
import { modelsStatus } from './status.ts'
import { testModels } from './test-models.ts'
import { createMachine, type Machine } from './testing/machine.ts'
import { realOllama, type ServedOllama, serveOllama } from './testing/ollama.ts'
import { offerTestModel, startRegistry, type TestRegistry } from './testing/registry.ts'
import { updateModel } from './update.ts'

const real = realOllama()

it.skipIf(real !== null || process.env['CI'] === undefined)('a real Ollama is set for the live tests', () => {
  expect.fail('HWC_AI_TEST_OLLAMA_BIN and HWC_AI_TEST_OLLAMA_MODELS must be set where CI is')
})

const ALL = { checkUpdates: true, dueOnly: false }
const totalBytes = (manifest: Manifest) => blobsOf(manifest).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
const brief = (results: readonly Done[]) => results.map(({ kind, outcome }) => `${kind} ${outcome}`)
const faults = (results: readonly Done[]) => results.map(({ error }) => error?.message ?? null)

describe.skipIf(real === null)('a wanted model on a real Ollama', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-models-'))
  const dataDir = join(folder, 'ollama')
  const blobs = join(dataDir, 'models', 'blobs')
  let registry: TestRegistry
  let ollama: ServedOllama
  let machine: Machine
  let original: Manifest
  let name: string

  beforeAll(async () => {
    const { program, models } = real ?? { program: '', models: '' }
    registry = await startRegistry()
    original = offerTestModel(registry, models)
    registry.manifests.set('library/gemma:1', original)
    name = `${registry.host}/library/gemma:1`
    mkdirSync(join(dataDir, 'models'), { recursive: true })
    ollama = await serveOllama(program, join(dataDir, 'models'))
    machine = createMachine({
      folder,
      ollamaUrl: ollama.url,
      dataDir,
      insecureRegistries: [registry.host],
      validate: true,
    })
  })
  afterAll(async () => {
    await machine.store.close()
    await ollama.stop()
    await registry.close()
    rmSync(folder, { recursive: true })
  })

  const apply = (options = ALL) => applyModels(machine.work([name]), options)
  const state = async () => {
    const { models } = await modelsStatus(machine.work([name]))
    return models.map((model) => ({ name: model.name, state: model.state, reason: model.reason }))
  }
  const listed = async () => (await machine.work([name]).admin.list()).map((model) => model.name)

  it('is pulled after its connection was cut half way, from where it stopped, and then answers', async () => {
    const [layer] = original.layers
    if (layer === undefined) throw new Error('the test model has no file')
    registry.cut.set(layer.digest, 150_000_000)
    expect((await gather(machine.work([name]), { checkUpdates: true, measure: true })).actions).toMatchObject([
      { kind: 'pull', name, bytes: totalBytes(original) },
    ])
    const stop = new AbortController()
    const first = applyModels(machine.work([name], stop.signal), ALL)
    await registry.wasCut()
    stop.abort()
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    expect(await state()).toEqual([{ name, state: 'missing', reason: null }])

    registry.cut.clear()
    const before = registry.sent()
    const [result] = await apply()
    expect(result).toMatchObject({ kind: 'pull', outcome: 'done', error: null })
    expect(result?.tokensPerSecond).toBeGreaterThan(0)
    expect(registry.sent() - before).toBeLessThan(layer.size - 100_000_000)
    const { models, sizeBytes } = await modelsStatus(machine.work([name]))
    expect(models).toMatchObject([{ state: 'ready', hashed: true, lastTest: { ok: true } }])
    expect(sizeBytes).toBe(totalBytes(original))
    expect(models[0]?.digest).toBe(digestOnceStored(original))
    const rates = machine.events.filter((event) => event.type === 'progress' && / left$/.test(event.message ?? ''))
    expect(rates.length).toBeGreaterThan(0)
  })

  it('a second time, nothing is done and nothing fetched', async () => {
    const before = registry.fetched.length
    expect(brief(await apply())).toEqual(['keep left'])
    expect(registry.fetched).toHaveLength(before)
    expect(await judgeModel(name, machine.work([name]))).toMatchObject({ status: 'ok' })
  })

  it('that became much slower is said to be, in the test, the status and at the next check, until it is as fast as before', async () => {
    for (let day = 0; day < 3; day++) await testModels(machine.work([name]), [])
    const restore = ollama.slowDown()
    const [slow] = await testModels(machine.work([name]), []).finally(restore)
    const words =
      /^\d+\.\d times slower than usual \(\d+\.\d to \d+\.\d tokens\/s\); it may have fallen off the graphics card$/
    expect(slow, JSON.stringify(await modelsStatus(machine.work([name])))).toMatchObject({
      test: { ok: true },
      slow: expect.stringMatching(words) as string,
    })
    expect(slow?.test.tokens).toBeGreaterThanOrEqual(8)
    expect((await modelsStatus(machine.work([name]))).models).toMatchObject([{ slow: slow?.slow, unmeasured: null }])
    expect(await judgeModel(name, machine.work([name]))).toMatchObject({ status: 'degraded', actual: slow?.slow })
    await testModels(machine.work([name]), [])
    expect(await judgeModel(name, machine.work([name]))).toMatchObject({ status: 'ok' })
  }, 400_000)

  it('whose newer version answers is updated, and the former one goes', async () => {
    const [model, , params] = original.layers
    if (model === undefined || params === undefined) throw new Error('the test model is another one')
    const newer = registry.file('{"num_ctx":2048,"num_predict":64,"stop":["Question:"]}', params.mediaType)
    const template = original.layers[1]
    registry.manifests.set('library/gemma:1', {
      ...original,
      layers: [model, ...(template === undefined ? [] : [template]), newer],
    })
    expect(brief(await apply({ checkUpdates: false, dueOnly: false }))).toEqual(['keep left'])
    expect(brief(await apply())).toEqual(['update done'])
    expect(await listed()).toEqual([name])
    expect(readdirSync(blobs)).not.toContain(params.digest.replace(':', '-'))
    expect(brief(await apply())).toEqual(['keep left'])
  })

  it('whose newer version fails its test keeps the former one, which still answers, and is not tried in a loop', async () => {
    const working = registry.manifests.get('library/gemma:1')
    if (working === undefined) throw new Error('there is no manifest')
    const broken = registry.file('GGUF, but not really', 'application/vnd.ollama.image.model')
    registry.manifests.set('library/gemma:1', { ...working, layers: [broken, ...working.layers.slice(1)] })
    const [result] = await apply()
    expect(result).toMatchObject({ kind: 'update', outcome: 'failed' })
    expect(result?.error?.message).toContain('the former one stays')
    expect(await listed()).toEqual([name])
    expect(readdirSync(blobs)).not.toContain(broken.digest.replace(':', '-'))
    expect((await testModels(machine.work([name]), [])).map(({ test }) => test.ok)).toEqual([true])
    expect(await state()).toMatchObject([
      { state: 'ready', reason: expect.stringContaining('newer version failed') as string },
    ])
    expect(brief(await apply({ checkUpdates: true, dueOnly: true }))).toEqual(['update left'])
    registry.manifests.set('library/gemma:1', working)
    expect(brief(await apply())).toEqual(['keep left'])
  })

  it('whose update was interrupted after the pull is settled by the next run', async () => {
    const work = machine.work([name])
    const parsed = parseModelName(name)
    await work.admin.copy(name, keptName(parsed))
    expect(brief(await apply())).toEqual(['keep left'])
    expect(await listed()).toEqual([name])
    const stop = new AbortController()
    stop.abort()
    await expect(updateModel(machine.work([name], stop.signal), parsed)).rejects.toMatchObject({ code: 'cancelled' })
    expect(await listed()).toEqual([name])
  })

  it('whose process died after the pull is tried by the next run: the better version stays', async () => {
    const { admin, signal } = machine.work([name])
    const kept = keptName(parseModelName(name))
    const working = registry.manifests.get('library/gemma:1')
    if (working === undefined) throw new Error('there is no manifest')
    const pull = async (manifest: Manifest) => {
      registry.manifests.set('library/gemma:1', manifest)
      await admin.copy(name, kept)
      for await (const { status } of admin.pull(name, { insecure: true, signal })) if (status === 'success') break
    }
    const digest = async () => (await admin.list()).find((model) => model.name === name)?.digest
    const before = await digest()

    await pull({ ...working, layers: [registry.file('no weights', 'application/vnd.ollama.image.model')] })
    expect(await digest()).not.toBe(before)
    await apply({ checkUpdates: false, dueOnly: true })
    expect([await listed(), await digest()]).toEqual([[name], before])

    await pull({
      ...working,
      layers: [...working.layers.slice(0, 2), registry.file('{"num_predict":32}', working.layers[2]?.mediaType ?? '')],
    })
    await apply({ checkUpdates: false, dueOnly: true })
    expect(await listed()).toEqual([name])
    expect(await digest()).not.toBe(before)
    expect(await state()).toMatchObject([{ state: 'ready', reason: null }])
  })

  it('whose registry no longer has it is kept, and says so', async () => {
    const manifest = registry.manifests.get('library/gemma:1')
    registry.manifests.clear()
    const [result] = await apply()
    expect(result).toMatchObject({
      kind: 'keep',
      because: 'it is here and answers, though its registry no longer has it',
    })
    if (manifest !== undefined) registry.manifests.set('library/gemma:1', manifest)
  })

  it('with a wrong byte on the disk is found damaged, and whole again after the next pull', async () => {
    await machine.store.db.deleteFrom('models').execute()
    const [, template] = original.layers
    const file = join(blobs, template?.digest.replace(':', '-') ?? '')
    const bytes = readFileSync(file)
    bytes[0] = (bytes[0] ?? 0) ^ 1
    writeFileSync(file, bytes)
    const first = await apply()
    expect(brief(first)).toEqual(['verify failed'])
    expect(faults(first)[0]).toContain(`damaged: ${file} holds other bytes`)
    expect(brief(await apply({ checkUpdates: false, dueOnly: true }))).toEqual(['pull left'])
    machine.clock.now = new Date(machine.clock.now.getTime() + 11 * 60_000)
    expect(brief(await apply({ checkUpdates: false, dueOnly: true }))).toEqual(['pull done'])
  })

  it('that was here before it was asked for proves itself by a test, and one with a wrong byte does not', async () => {
    await machine.store.db.deleteFrom('models').execute()
    expect(await state()).toMatchObject([{ state: 'unproven' }])
    expect(await testModels(machine.work([name]), [])).toMatchObject([{ test: { ok: true }, fault: null }])
    expect((await modelsStatus(machine.work([name]))).models).toMatchObject([{ state: 'ready', hashed: true }])

    await machine.store.db.deleteFrom('models').execute()
    const [weights] = original.layers
    const file = join(blobs, weights?.digest.replace(':', '-') ?? '')
    // Near the end lie weights: with one of them a little wrong it still answers.
    const turnByte = () => {
      const bytes = Buffer.alloc(1)
      const handle = openSync(file, 'r+')
      readSync(handle, bytes, 0, 1, (weights?.size ?? 0) - 4096)
      bytes[0] = (bytes[0] ?? 0) ^ 1
      writeSync(handle, bytes, 0, 1, (weights?.size ?? 0) - 4096)
      closeSync(handle)
    }
    turnByte()
    const [tested] = await testModels(machine.work([name]), [])
    expect(tested?.test).toMatchObject({ ok: true })
    expect(tested?.fault?.message).toContain(`damaged: ${file} holds other bytes`)
    expect(await state()).toMatchObject([{ state: 'failed' }])
    expect(await judgeModel(name, machine.work([name]))).toMatchObject({
      status: 'down',
      actual: expect.stringContaining('holds other bytes') as string,
    })
    // A test takes nothing away: the file is still there to be put right.
    turnByte()
    expect(await testModels(machine.work([name]), [])).toMatchObject([{ fault: null }])
    expect(await judgeModel(name, machine.work([name]))).toMatchObject({ status: 'ok' })
  })

  it('with a file gone is down at the next check, in plain words, and comes back by itself', async () => {
    const [, template] = original.layers
    unlinkSync(join(blobs, template?.digest.replace(':', '-') ?? ''))
    const outcome = await judgeModel(name, machine.work([name]))
    expect(outcome).toMatchObject({
      status: 'down',
      actual: expect.stringMatching(/^its file .* is not there$/) as string,
    })
    expect(await state()).toMatchObject([{ state: 'failed' }])
    expect(brief(await apply({ checkUpdates: false, dueOnly: true }))).toEqual(['pull done'])
    expect(await judgeModel(name, machine.work([name]))).toMatchObject({ status: 'ok' })
  })

  it('that was removed by hand is missing, and comes back', async () => {
    await machine.work([name]).admin.remove(name)
    expect(await judgeModel(name, machine.work([name]))).toMatchObject({ status: 'down' })
    expect(brief(await apply())).toEqual(['pull done'])
  })

  it('is not removed, while what nobody asked for is, with the bytes that only it needs', async () => {
    const work = machine.work([name])
    const extra = `${registry.host}/library/gemma:extra`
    registry.manifests.set('library/gemma:extra', {
      ...original,
      layers: [...original.layers.slice(0, 2), registry.file('{"num_ctx":512}', original.layers[2]?.mediaType ?? '')],
    })
    for await (const step of work.admin.pull(extra, { insecure: true, signal: work.signal }))
      if (step.status === 'success') break
    await expect(pruneModels(work, [name], false)).rejects.toMatchObject({ code: 'conflict' })
    const dry = await pruneModels(work, [], true)
    expect(dry).toMatchObject({ models: [{ name: extra }], freesBytes: 15, exact: true })
    const files = readdirSync(blobs).length
    await pruneModels(work, [], false)
    expect(await listed()).toEqual([name])
    expect(readdirSync(blobs)).toHaveLength(files - 1)
  })
})
