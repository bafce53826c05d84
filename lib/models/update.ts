/**
 * Replacing a model by a newer version without losing the one that works. Ollama keeps a model's files as long as any name
 * needs them, so the former version is given a second name before the pull.
 *
 * | step | name | kept | after a crash here |
 * |---|---|---|---|
 * | copy name → kept | old | old | same digest: kept goes |
 * | pull name | old or new | old | as above, or the new version is tried |
 * | try | new | old | the new version is tried |
 * | it answers: remove kept | new | – | done |
 * | it fails: copy name → rejected, kept → name | old | old | same digest: kept and rejected go |
 */
import { AppError } from '../errors/index.ts'
import { keptName, type ModelName, modelKey, rejectedName } from './name.ts'
import { type Proof, prove } from './prove.ts'
import { type Pulled, pullModel } from './pull.ts'
import type { ModelWork } from './work.ts'

/** Puts the former version back; the files that only the newer one needs go. */
async function restore({ admin, signal }: ModelWork, name: ModelName): Promise<void> {
  await admin.copy(name.full, rejectedName(name), signal)
  await admin.copy(keptName(name), name.full, signal)
  await admin.remove(rejectedName(name), signal)
  await admin.remove(keptName(name), signal)
}

function stayed(error: AppError): AppError {
  return new AppError(error.code, `The newer version failed, so the former one stays: ${error.message}`, {
    cause: error,
    hint: error.hint ?? 'It is tried again later.',
  })
}

/** What came of an update, and of the pull of the version that was tried. */
export interface Updated extends Pulled {
  proof: Proof
}

/** Tries the version that lies under the name now, and keeps it or the former one. */
async function settleNew(work: ModelWork, name: ModelName): Promise<Proof> {
  const proof = await prove(work, name.full)
  if (proof.ok) {
    await work.admin.remove(keptName(name), work.signal)
    return proof
  }
  await restore(work, name)
  return { ...proof, error: stayed(proof.error) }
}

/**
 * Pulls the newer version, tries it, and only then lets the former one go.
 * @throws AppError all that a pull throws; the former version is untouched then
 */
export async function updateModel(work: ModelWork, name: ModelName): Promise<Updated> {
  const { admin, signal } = work
  await admin.copy(name.full, keptName(name), signal)
  try {
    const pulled = await pullModel(work, name)
    return { proof: await settleNew(work, name), ...pulled }
  } catch (error) {
    // Also when the run was cancelled: if nothing new has come, the second name is not needed. If Ollama is gone, the next
    // run finds it and settles it.
    await dropIfSame({ ...work, signal: AbortSignal.timeout(10_000) }, name).catch(() => undefined)
    throw error
  }
}

async function digests({ admin, signal }: ModelWork, name: ModelName) {
  const listed = await admin.list(signal)
  const of = (text: string) => listed.find((model) => modelKey(model.name) === modelKey(text))?.digest ?? null
  return { current: of(name.full), kept: of(keptName(name)), rejected: of(rejectedName(name)) }
}

async function dropIfSame(work: ModelWork, name: ModelName): Promise<void> {
  const { current, kept } = await digests(work, name)
  if (kept !== null && kept === current) await work.admin.remove(keptName(name), work.signal)
}

/**
 * Ends an update that was interrupted: see the table above.
 * @returns what trying the newer version came to; null when there was nothing to try
 */
export async function settleUpdate(work: ModelWork, name: ModelName): Promise<Proof | null> {
  const { admin, signal } = work
  const { current, kept, rejected } = await digests(work, name)
  if (kept === null) {
    if (rejected !== null) await admin.remove(rejectedName(name), signal)
    return null
  }
  if (current !== null && current !== kept) return await settleNew(work, name)
  if (current === null) await admin.copy(keptName(name), name.full, signal)
  if (rejected !== null) await admin.remove(rejectedName(name), signal)
  await admin.remove(keptName(name), signal)
  return null
}
