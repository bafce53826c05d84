/** What is remembered of each model: whether it has proven itself, why not, and every test. */
import type { AppError } from '../errors/index.ts'
import type { Store } from '../store/index.ts'
import { retryAt } from './backoff.ts'
import type { TestPoint } from './history.ts'
import { modelKey } from './name.ts'
import type { Memory } from './plan.ts'

export interface ModelRecord extends Memory {
  name: string
  provenAt: Date | null
  hashed: boolean
  hint: string | null
  attempts: number
  upstream: string | null
  /** Digests of files found damaged that could not be taken away from here. */
  damaged: readonly string[]
}

/** One finished test. */
export interface ModelTest extends TestPoint {
  reason: string | null
  loadMs: number | null
  totalMs: number | null
}

/** Tests older than this are dropped, in milliseconds. */
const KEPT_MS = 400 * 86_400_000

const dateOf = (text: string | null) => (text === null ? null : new Date(text))

/** Everything that is remembered, by {@link modelKey}. */
export async function readRecords({ db }: Pick<Store, 'db'>): Promise<Map<string, ModelRecord>> {
  const rows = await db.selectFrom('models').selectAll().execute()
  return new Map(
    rows.map((row) => [
      row.key,
      {
        name: row.name,
        provenDigest: row.proven_digest,
        provenAt: dateOf(row.proven_at),
        hashed: row.hashed === 1,
        reason: row.reason,
        hint: row.hint,
        attempts: row.attempts,
        retryAt: dateOf(row.retry_at),
        upstream: row.upstream,
        rejected: row.rejected,
        damaged: row.damaged === null ? [] : (JSON.parse(row.damaged) as string[]),
      },
    ]),
  )
}

interface Changes {
  proven_digest?: string | null
  proven_at?: string | null
  hashed?: 0 | 1
  reason: string | null
  hint: string | null
  attempts: number
  retry_at: string | null
  upstream?: string | null
  rejected: string | null
  damaged: string | null
}

async function write({ db }: Pick<Store, 'db'>, name: string, now: Date, changes: Changes): Promise<void> {
  const row = { ...changes, name, updated_at: now.toISOString() }
  await db
    .insertInto('models')
    .values({ key: modelKey(name), ...row })
    .onConflict((on) => on.column('key').doUpdateSet(row))
    .execute()
}

/** A version has proven itself: what went wrong before is forgotten. */
export async function rememberProven(
  store: Pick<Store, 'db'>,
  name: string,
  proof: { digest: string; hashed: boolean; upstream: string | null },
  now: Date,
): Promise<void> {
  await write(store, name, now, {
    proven_digest: proof.digest,
    proven_at: now.toISOString(),
    hashed: proof.hashed ? 1 : 0,
    upstream: proof.upstream,
    reason: null,
    hint: null,
    attempts: 0,
    retry_at: null,
    rejected: null,
    damaged: null,
  })
}

export interface Failure {
  error: AppError
  /** The version that had proven itself has failed: it has to do so again. */
  disproven?: boolean
  /** The version at the registry that failed while the former one stayed. */
  rejected?: string | null
  damaged?: readonly string[]
}

/** Something failed: its reason is kept, and when it is tried again by itself. */
export async function rememberFailure(
  store: Pick<Store, 'db'>,
  name: string,
  { error, disproven = false, rejected = null, damaged = [] }: Failure,
  now: Date,
): Promise<void> {
  const row = await store.db
    .selectFrom('models')
    .select('attempts')
    .where('key', '=', modelKey(name))
    .executeTakeFirst()
  const attempts = (row?.attempts ?? 0) + 1
  await write(store, name, now, {
    reason: error.message,
    hint: error.hint ?? null,
    attempts,
    retry_at: retryAt(attempts, now).toISOString(),
    rejected,
    ...(disproven ? { proven_digest: null } : {}),
    damaged: damaged.length === 0 ? null : JSON.stringify(damaged),
  })
}

/** Keeps a test, and drops those that are older than a year. */
export async function recordTest({ db }: Pick<Store, 'db'>, name: string, test: ModelTest): Promise<void> {
  const key = modelKey(name)
  await db
    .insertInto('model_tests')
    .values({
      key,
      digest: test.digest,
      at: test.at.toISOString(),
      ok: test.ok ? 1 : 0,
      reason: test.reason,
      tokens: test.tokens,
      load_ms: test.loadMs,
      total_ms: test.totalMs,
      tokens_per_second: test.tokensPerSecond,
      gpu_percent: test.gpuPercent,
    })
    .execute()
  const oldest = new Date(test.at.getTime() - KEPT_MS).toISOString()
  await db.deleteFrom('model_tests').where('key', '=', key).where('at', '<', oldest).execute()
}

/**
 * The tests of a model since a time, oldest first, with the one before, which says how it was at that time.
 * @param since absent: the last one alone
 */
export async function readTests({ db }: Pick<Store, 'db'>, name: string, since?: Date): Promise<ModelTest[]> {
  const all = db.selectFrom('model_tests').selectAll().where('key', '=', modelKey(name))
  const before = since === undefined ? all : all.where('at', '<', since.toISOString())
  const first = await before.orderBy('at', 'desc').orderBy('n', 'desc').limit(1).execute()
  const later =
    since === undefined ? [] : await all.where('at', '>=', since.toISOString()).orderBy('at').orderBy('n').execute()
  return [...first, ...later].map((row) => ({
    at: new Date(row.at),
    ok: row.ok === 1,
    digest: row.digest,
    reason: row.reason,
    tokens: row.tokens,
    loadMs: row.load_ms,
    totalMs: row.total_ms,
    tokensPerSecond: row.tokens_per_second,
    gpuPercent: row.gpu_percent,
  }))
}
