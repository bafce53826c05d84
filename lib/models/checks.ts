/** Health checks: one for each wanted model. They ask for nothing that costs: the daily test is what lets a model answer. */
import type { Check, CheckContext, CheckSource, Outcome } from '../health/types.ts'
import { ok, trouble } from '../health/types.ts'
import { AppError } from '../errors/index.ts'
import { silentLogger } from '../logging/index.ts'
import { desiredModels } from './desired.ts'
import { folderOf } from './gather.ts'
import { missingFile, storedModel } from './folder.ts'
import { slowdown, slowdownText } from './history.ts'
import { modelKey } from './name.ts'
import { readRecords, readTests } from './records.ts'
import { type ModelWork, modelWork } from './work.ts'

const DAY_MS = 86_400_000
const PULL = '`hwc-ai models apply` pulls it; `hwc-ai models list` says what happened so far.'
const TEST = '`hwc-ai models test` lets it answer now; `hwc-ai models apply` pulls it again when its files are damaged.'

/** A name in the form of an id. */
function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

function workOf({ settings, store, now, signal }: CheckContext): ModelWork {
  return modelWork({ settings: settings(), store, now, signal, log: silentLogger, emit: () => undefined, runId: null })
}

async function files(work: ModelWork, name: string, expected: string): Promise<Outcome | null> {
  const listed = await work.admin.list(work.signal)
  const there = listed.find((model) => modelKey(model.name) === modelKey(name))
  const record = (await readRecords(work.store)).get(modelKey(name))
  const reason = record?.reason ?? null
  if (there === undefined)
    return trouble('down', expected, `it is not on this machine${reason === null ? '' : `: ${reason}`}`, PULL)
  const { folder } = await folderOf(work, listed)
  const stored = storedModel(folder, there.name, there.digest)
  const fault = folder === null || stored === null ? null : await missingFile(folder, stored.manifest)
  if (fault !== null) return trouble('down', expected, fault, PULL)
  if (reason !== null && record?.provenDigest !== there.digest)
    return trouble('down', expected, reason.replace(/\.$/, ''), record?.hint ?? TEST)
  if (stored === null) await work.admin.capabilities(there.name, work.signal)
  return null
}

async function lastTest(work: ModelWork, name: string, expected: string): Promise<Outcome> {
  const now = work.now().getTime()
  const tests = await readTests(work.store, name, new Date(now - 60 * DAY_MS))
  const last = tests.at(-1)
  if (last === undefined) return trouble('unknown', expected, 'it is here, but was never tested', TEST)
  if (!last.ok) return trouble('down', expected, `its last test failed: ${last.reason ?? 'without a reason'}`, TEST)
  const days = Math.floor((now - last.at.getTime()) / DAY_MS)
  if (work.settings.modelHealth.enable && days >= 2)
    return trouble('degraded', expected, `it was tested ${days} days ago for the last time`, TEST)
  const slower = slowdown(tests)
  if (slower !== null)
    return trouble(
      'degraded',
      expected,
      slowdownText(slower),
      'Look at `ollama ps` and `nvidia-smi` or `rocm-smi`; a restart of Ollama often brings the card back.',
    )
  const speed = last.tokensPerSecond === null ? '' : ` with ${last.tokensPerSecond.toFixed(1)} tokens/s`
  return ok(expected, `it is here, and answered${speed}`)
}

/** Judges one wanted model. @param name as Ollama lists it */
export async function judgeModel(name: string, work: ModelWork): Promise<Outcome> {
  const expected = `${name} is on this machine, and answers`
  try {
    return (await files(work, name, expected)) ?? (await lastTest(work, name, expected))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const silent = error.code === 'no-model-backend'
    const actual = silent ? 'Ollama does not answer, so it cannot be told' : error.message.replace(/\.$/, '')
    return trouble(silent ? 'unknown' : 'down', expected, actual, error.hint ?? TEST)
  }
}

/** One check for each wanted model. */
export const modelChecks: CheckSource = {
  id: 'models',
  prefix: 'models-',
  list: ({ settings }) => {
    const { ollama } = settings()
    return desiredModels(ollama.models, ollama).models.map((model): Check => ({
      id: `models-${slug(model.name.full)}`,
      title: `The model ${model.name.full}`,
      run: (context) => judgeModel(model.name.full, workOf(context)),
    }))
  },
}
