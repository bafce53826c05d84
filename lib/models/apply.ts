/** Makes it so: carries out a plan, model by model, and remembers what came of each. */
import { AppError, toAppError } from '../errors/index.ts'
import { judgeFolder } from './folder.ts'
import { gather, type Gathered } from './gather.ts'
import { alone } from './lock.ts'
import { type ModelName, modelKey, parseModelName } from './name.ts'
import { type Action, type ActionKind, isDue } from './plan.ts'
import { type Proof, prove } from './prove.ts'
import { pullModel } from './pull.ts'
import { readTests, recordTest, rememberFailure, rememberProven } from './records.ts'
import { settleUpdate, updateModel } from './update.ts'
import type { ModelWork } from './work.ts'

export interface ApplyOptions {
  checkUpdates: boolean
  /** Leave alone what failed a short while ago. */
  dueOnly: boolean
}

/** An action and what came of it: `left` when there was nothing to do, or it waits after a failure. */
export interface Done extends Action {
  outcome: 'done' | 'failed' | 'left'
  error: AppError | null
  tokensPerSecond: number | null
  tookMs: number
}

/** Failures that end the whole run: no other model would fare better. */
const FATAL: readonly AppError['code'][] = ['no-model-backend', 'backend-busy', 'cancelled']

const WORDS: Record<ActionKind, string> = {
  pull: 'Pulling',
  update: 'Updating',
  verify: 'Checking',
  keep: 'Keeping',
  undeclared: 'Leaving',
}

interface Attempt {
  proof: Proof
  upstream: string | null
  /** What was fetched; null where nothing was to be. */
  bytes: number | null
}

async function pullAndProve(work: ModelWork, name: ModelName): Promise<Attempt> {
  const pulled = await pullModel(work, name)
  return { proof: await prove(work, name.full), ...pulled }
}

async function attempt(work: ModelWork, action: Action, name: ModelName, { records }: Gathered): Promise<Attempt> {
  if (action.kind === 'update') return await updateModel(work, name)
  const record = records.get(modelKey(name.full))
  if ((record?.damaged.length ?? 0) > 0) {
    // A damaged file that this app may not touch: Ollama fetches it again only when it is gone.
    await work.admin.remove(name.full, work.signal)
    return await pullAndProve(work, name)
  }
  if (action.kind === 'pull') return await pullAndProve(work, name)
  return { proof: await prove(work, name.full), upstream: record?.upstream ?? null, bytes: null }
}

/** The digest at the registry that an update was about, so that the same version is not tried in a loop. */
function wantedDigest(name: ModelName, { situation }: Gathered): string | null {
  const fresh = situation.upstream.get(modelKey(name.full))
  return fresh?.state === 'newer' ? fresh.digest : null
}

async function carryOut(work: ModelWork, action: Action, gathered: Gathered): Promise<Done> {
  const began = performance.now()
  const name = parseModelName(action.name)
  let { bytes } = action
  const done = (rest: Pick<Done, 'outcome' | 'error' | 'tokensPerSecond'>): Done => ({
    ...action,
    ...rest,
    bytes,
    tookMs: performance.now() - began,
  })
  const fail = async (error: AppError, damaged: readonly string[] = []) => {
    const rejected = action.kind === 'update' ? wantedDigest(name, gathered) : null
    await rememberFailure(work.store, name.full, { error, rejected, damaged }, work.now())
    work.log.warn('a model is not as it should be', { model: name.full, action: action.kind, reason: error.message })
    return done({ outcome: 'failed', error, tokensPerSecond: null })
  }
  try {
    const { proof, upstream, bytes: fetched } = await attempt(work, action, name, gathered)
    bytes = fetched ?? bytes
    if (!proof.ok) return await fail(proof.error, proof.damaged)
    await rememberProven(work.store, name.full, { ...proof, upstream }, work.now())
    return done({ outcome: 'done', error: null, tokensPerSecond: proof.tokensPerSecond })
  } catch (thrown) {
    const error = toAppError(thrown)
    if (work.signal.aborted || FATAL.includes(error.code)) throw error
    return await fail(error)
  }
}

/**
 * Whether the folder can take a model at all; what is wrong is named as its own finding rather than once for each model.
 * @throws AppError `model-folder` when it is gone
 * @returns why it cannot be written to, or null
 */
async function assertFolder({ isLocal, settings }: ModelWork): Promise<AppError | null> {
  const found = isLocal ? await judgeFolder(settings) : null
  if (found === null || (found.status !== 'down' && found.status !== 'degraded')) return null
  const error = new AppError('model-folder', `${found.actual[0]?.toUpperCase() ?? ''}${found.actual.slice(1)}.`, {
    ...(found.hint === null ? {} : { hint: found.hint }),
  })
  if (found.status === 'down') throw error
  return error
}

/** A wanted model that was there and is gone is a time in which it could not be used. */
async function noteMissing({ store, now }: ModelWork, { actions }: Gathered): Promise<void> {
  for (const { kind, name, because } of actions) {
    if (kind !== 'pull') continue
    const [last] = await readTests(store, name)
    if (last?.ok !== true) continue
    const none = { digest: null, tokens: null, loadMs: null, totalMs: null, tokensPerSecond: null, gpuPercent: null }
    await recordTest(store, name, { ...none, at: now(), ok: false, reason: because })
  }
}

/** Ends what an earlier run left half done. */
async function settle(work: ModelWork, { situation: { desired } }: Gathered): Promise<void> {
  for (const { name } of desired) {
    const proof = await settleUpdate(work, name)
    if (proof === null) continue
    if (proof.ok) await rememberProven(work.store, name.full, { ...proof, upstream: null }, work.now())
    else await rememberFailure(work.store, name.full, proof, work.now())
  }
}

/**
 * Makes the machine have the models that the settings ask for. A second time it does nothing.
 * @throws AppError `no-model-backend`, `model-folder`, `conflict` while another run does the same, `cancelled`
 */
export async function applyModels(work: ModelWork, { checkUpdates, dueOnly }: ApplyOptions): Promise<Done[]> {
  return await alone(work, async (tell) => {
    const unwritable = await assertFolder(work)
    const before = await gather(work, { checkUpdates: false, measure: false })
    await settle(work, before)
    const gathered = await gather(work, { checkUpdates, measure: false })
    await noteMissing(work, gathered)
    const results: Done[] = []
    const due = gathered.actions.filter((action) => isDue(action, dueOnly))
    for (const action of gathered.actions) {
      work.signal.throwIfAborted()
      if (!due.includes(action)) {
        results.push({ ...action, outcome: 'left', error: null, tokensPerSecond: null, tookMs: 0 })
        continue
      }
      const doing = `${WORDS[action.kind]} ${action.name} (${due.indexOf(action) + 1} of ${due.length})`
      work.emit({ type: 'step', message: doing })
      await tell(doing)
      const needsRoom = action.kind === 'pull' || action.kind === 'update'
      results.push(
        needsRoom && unwritable !== null
          ? await refuse(work, action, unwritable)
          : await carryOut(work, action, gathered),
      )
    }
    return results
  })
}

async function refuse(work: ModelWork, action: Action, error: AppError): Promise<Done> {
  await rememberFailure(work.store, action.name, { error }, work.now())
  return { ...action, outcome: 'failed', error, tokensPerSecond: null, tookMs: 0 }
}
