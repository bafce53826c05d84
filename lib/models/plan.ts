/** What is to be done so that the machine has the models it should have. Pure: decides, touches nothing. */
import type { ModelSummary } from '../providers/index.ts'
import type { DesiredModel } from './desired.ts'
import { keptName, modelKey, rejectedName } from './name.ts'

/** What a registry says beside what is here. */
export type Freshness =
  | { state: 'current' }
  /** `digest` of the newer manifest; `bytes` that would have to come. */
  | { state: 'newer'; digest: string; bytes: number | null }
  | { state: 'missing' }
  | { state: 'unknown'; reason: string }

/** What is remembered of a model. */
export interface Memory {
  provenDigest: string | null
  reason: string | null
  retryAt: Date | null
  /** Digest at the registry of a newer version that failed. */
  rejected: string | null
}

export interface ActualModel extends ModelSummary {
  /** Why its files are not what they should be; null when they are, or cannot be seen from here. */
  fault: string | null
}

export interface Situation {
  desired: readonly DesiredModel[]
  actual: readonly ActualModel[]
  /** By {@link modelKey}; absent where the registry was not asked. */
  upstream: ReadonlyMap<string, Freshness>
  memory: ReadonlyMap<string, Memory>
  /** Bytes to come for a missing model, by key, where the registry says. */
  sizes: ReadonlyMap<string, number>
  now: Date
}

/**
 * | action | when |
 * |---|---|
 * | pull | wanted and not here, or here with files missing |
 * | update | wanted with `autoUpdate`, and the registry has a newer version |
 * | verify | here, but this version has not proven itself yet |
 * | keep | here and proven |
 * | undeclared | here, and nobody asked for it |
 */
export type ActionKind = 'pull' | 'update' | 'verify' | 'keep' | 'undeclared'

export interface Action {
  kind: ActionKind
  /** As Ollama lists it. */
  name: string
  /** Why, in plain words. */
  because: string
  /** Bytes to download, or for `undeclared` and `keep` its size; null while unknown. */
  bytes: number | null
  priority: number | null
  /** It failed before, and is tried again by itself only after this. */
  notBefore: Date | null
}

function later(memory: Memory | undefined, now: Date): Date | null {
  const retry = memory?.retryAt ?? null
  return retry !== null && retry > now ? retry : null
}

function pull(model: DesiredModel, because: string, situation: Situation): Action {
  const key = modelKey(model.name.full)
  return {
    kind: 'pull',
    name: model.name.full,
    because,
    bytes: situation.sizes.get(key) ?? null,
    priority: model.priority,
    notBefore: later(situation.memory.get(key), situation.now),
  }
}

function keep(model: DesiredModel, there: ActualModel, because: string): Action {
  return { kind: 'keep', name: there.name, because, bytes: there.sizeBytes, priority: model.priority, notBefore: null }
}

/** What becomes of a model that is here, whole and proven. */
function refresh(model: DesiredModel, there: ActualModel, { upstream, memory, now }: Situation): Action {
  const key = modelKey(model.name.full)
  const fresh = upstream.get(key)
  if (!model.autoUpdate) return keep(model, there, 'it is here and answers; it is never updated by itself')
  if (fresh?.state === 'missing')
    return keep(model, there, 'it is here and answers, though its registry no longer has it')
  if (fresh?.state === 'unknown')
    return keep(model, there, `it is here and answers; whether there is a newer version is not known: ${fresh.reason}`)
  if (fresh?.state !== 'newer') return keep(model, there, 'it is here and answers')
  const past = memory.get(key)
  const again = past?.rejected === fresh.digest
  return {
    kind: 'update',
    name: there.name,
    because: again
      ? `the newer version of its registry failed before: ${past.reason ?? 'without a reason'}`
      : 'its registry has a newer version',
    bytes: fresh.bytes,
    priority: model.priority,
    notBefore: again ? later(past, now) : null,
  }
}

function decide(model: DesiredModel, situation: Situation): Action {
  const key = modelKey(model.name.full)
  const there = situation.actual.find(({ name }) => modelKey(name) === key)
  const past = situation.memory.get(key)
  if (there === undefined) return pull(model, 'it is not on this machine', situation)
  if (there.fault !== null) return pull(model, there.fault, situation)
  if (past?.provenDigest === there.digest && there.digest !== null) return refresh(model, there, situation)
  return {
    kind: 'verify',
    name: there.name,
    because: past?.reason ?? 'it is here, but has not proven yet that it answers',
    bytes: null,
    priority: model.priority,
    notBefore: later(past, situation.now),
  }
}

/**
 * Compares what should be with what is.
 * @param situation `desired` in the order in which models are to be pulled
 * @returns what is wanted in that order, then what nobody asked for, by name
 */
export function plan(situation: Situation): Action[] {
  const wanted = new Set(
    situation.desired.flatMap(({ name }) => [name.full, keptName(name), rejectedName(name)].map(modelKey)),
  )
  const undeclared = situation.actual
    .filter(({ name }) => !wanted.has(modelKey(name)))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((model): Action => ({
      kind: 'undeclared',
      name: model.name,
      because: 'it is here, but nobody asked for it',
      bytes: model.sizeBytes,
      priority: null,
      notBefore: null,
    }))
  return [...situation.desired.map((model) => decide(model, situation)), ...undeclared]
}

/** Whether an action changes something, and may do so now. @param dueOnly leave alone what waits after a failure */
export function isDue({ kind, notBefore }: Action, dueOnly: boolean): boolean {
  return kind !== 'keep' && kind !== 'undeclared' && !(dueOnly && notBefore !== null)
}
