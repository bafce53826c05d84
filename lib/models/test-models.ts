/** The daily round: every wanted model is tested. */
import type { AppError } from '../errors/index.ts'
import { desiredModels } from './desired.ts'
import { modelKey, parseModelName } from './name.ts'
import type { ModelSummary } from '../providers/index.ts'
import {
  type ModelRecord,
  type ModelTest,
  readRecords,
  readTests,
  recordTest,
  rememberFailure,
  rememberProven,
} from './records.ts'
import { proveFiles } from './prove.ts'
import { slowdown, slowdownText } from './history.ts'
import { tryModel } from './try-model.ts'
import type { ModelWork } from './work.ts'

export interface TestedModel {
  name: string
  test: ModelTest
  /** Why it does not count as proven although it answered; null when it does, or is not wanted. */
  fault: AppError | null
  /** Set when it has become much slower. */
  slow: string | null
}

/** How far back speeds are compared. */
const COMPARED_MS = 60 * 86_400_000

/**
 * Tests models one after the other.
 * @param names empty: all that are wanted
 * @throws AppError `no-model-backend`, `backend-busy`, `cancelled`, `invalid-input` for a name that is none
 */
export async function testModels(work: ModelWork, names: readonly string[]): Promise<TestedModel[]> {
  const all = desiredModels(work.settings.models, work.settings).models.map(({ name }) => name.full)
  const wanted = names.length === 0 ? all : names.map((name) => parseModelName(name).full)
  const listed = await work.admin.list(work.signal)
  const records = await readRecords(work.store)
  const tested: TestedModel[] = []
  for (const [index, name] of wanted.entries()) {
    work.signal.throwIfAborted()
    work.emit({ type: 'step', message: `Asking ${name} something` })
    const there = listed.find((model) => modelKey(model.name) === modelKey(name))
    const isWanted = all.some((one) => modelKey(one) === modelKey(name))
    const { test, fault } =
      there === undefined
        ? { test: await missing(work, name), fault: null }
        : await tryOne(work, there, listed, isWanted, records.get(modelKey(name)))
    const past = await readTests(work.store, name, new Date(work.now().getTime() - COMPARED_MS))
    const slower = slowdown(past)
    const slow = slower === null ? null : slowdownText(slower)
    if (!test.ok) work.log.warn('a model does not answer', { model: name, reason: test.reason })
    if (fault !== null) work.log.warn('a model is not as it should be', { model: name, reason: fault.message })
    if (slow !== null) work.log.warn('a model became slow', { model: name, reason: slow })
    tested.push({ name, test, fault, slow })
    work.emit({ type: 'progress', done: index + 1, total: wanted.length, unit: 'models' })
  }
  return tested
}

/**
 * Tests a model. A wanted one that fails has to prove itself again, with growing pauses. One that answers and has not
 * proven itself in this version does so now: its files are compared with its manifest, as after a pull.
 */
async function tryOne(
  work: ModelWork,
  model: ModelSummary,
  listed: readonly ModelSummary[],
  isWanted: boolean,
  record: ModelRecord | undefined,
): Promise<{ test: ModelTest; fault: AppError | null }> {
  const { name, digest } = model
  const { test, error } = await tryModel(work, name, digest)
  if (!isWanted) return { test, fault: null }
  if (error !== null) {
    await rememberFailure(work.store, name, { error, disproven: true }, work.now())
    return { test, fault: null }
  }
  if (digest === null || record?.provenDigest === digest) return { test, fault: null }
  const { hashed, fault } = await proveFiles(work, model, listed, false)
  if (fault !== null) {
    await rememberFailure(work.store, name, { error: fault.error, disproven: true }, work.now())
    return { test, fault: fault.error }
  }
  await rememberProven(work.store, name, { digest, hashed, upstream: record?.upstream ?? null }, work.now())
  return { test, fault: null }
}

async function missing({ store, now }: ModelWork, name: string): Promise<ModelTest> {
  const none = { digest: null, tokens: null, loadMs: null, totalMs: null, tokensPerSecond: null, gpuPercent: null }
  const test = { ...none, at: now(), ok: false, reason: `"${name}" is not on this machine.` }
  await recordTest(store, name, test)
  return test
}
