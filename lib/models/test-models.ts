/** The daily round: every wanted model is tested. */
import { desiredModels } from './desired.ts'
import { modelKey, parseModelName } from './name.ts'
import type { ModelSummary } from '../providers/index.ts'
import { endWait, type ModelTest, readTests, recordTest, rememberFailure } from './records.ts'
import { slowdown, slowdownText } from './history.ts'
import { tryModel } from './try-model.ts'
import type { ModelWork } from './work.ts'

export interface TestedModel {
  name: string
  test: ModelTest
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
  const tested: TestedModel[] = []
  for (const [index, name] of wanted.entries()) {
    work.signal.throwIfAborted()
    work.emit({ type: 'step', message: `Asking ${name} something` })
    const there = listed.find((model) => modelKey(model.name) === modelKey(name))
    const test = there === undefined ? await missing(work, name) : await tryWanted(work, there, all)
    const past = await readTests(work.store, name, new Date(work.now().getTime() - COMPARED_MS))
    const slower = slowdown(past)
    const slow = slower === null ? null : slowdownText(slower)
    if (!test.ok) work.log.warn('a model does not answer', { model: name, reason: test.reason })
    if (slow !== null) work.log.warn('a model became slow', { model: name, reason: slow })
    tested.push({ name, test, slow })
    work.emit({ type: 'progress', done: index + 1, total: wanted.length, unit: 'models' })
  }
  return tested
}

/** Tests a model. A wanted one that fails has to prove itself again: its files are read, and it is tried with growing pauses. */
async function tryWanted(work: ModelWork, { name, digest }: ModelSummary, all: readonly string[]): Promise<ModelTest> {
  const { test, error } = await tryModel(work, name, digest)
  const isWanted = all.some((one) => modelKey(one) === modelKey(name))
  if (isWanted && error !== null) await rememberFailure(work.store, name, { error, disproven: true }, work.now())
  else if (isWanted) await endWait(work.store, name)
  return test
}

async function missing({ store, now }: ModelWork, name: string): Promise<ModelTest> {
  const none = { digest: null, tokens: null, loadMs: null, totalMs: null, tokensPerSecond: null, gpuPercent: null }
  const test = { ...none, at: now(), ok: false, reason: `"${name}" is not on this machine.` }
  await recordTest(store, name, test)
  return test
}
