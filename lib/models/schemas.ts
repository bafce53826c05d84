/** The shapes in which the API answers about models, and how its parts become them. */
import * as z from 'zod'
import { toProblem } from '../errors/problem.ts'
import type { Done } from './apply.ts'
import type { ListedEntry } from './edit.ts'
import { type Action } from './plan.ts'
import type { Prunable, Pruned } from './prune.ts'
import type { ModelTest } from './records.ts'
import { MODEL_STATES, type ModelsStatus, type ModelStatus } from './status.ts'
import type { TestedModel } from './test-models.ts'

const time = z.iso.datetime()

const entrySchema = z.object({
  name: z.string(),
  auto_update: z.boolean(),
  priority: z.int(),
  declared: z.boolean().describe('Written in the configuration of this machine, so it cannot be changed here'),
})

const invalidSchema = z.array(z.object({ name: z.string(), reason: z.string() })).describe('Entries that cannot be had')

export const listSchema = z.object({ models: z.array(entrySchema), invalid: invalidSchema })

const testSchema = z.object({
  at: time,
  ok: z.boolean(),
  reason: z.string().nullable(),
  tokens: z.int().nullable(),
  tokens_per_second: z.number().nullable(),
  load_ms: z.number().nullable(),
  total_ms: z.number().nullable(),
  gpu_percent: z.int().nullable().describe('Share of the model on a graphics card'),
})

const share = z.number().nullable().describe('0 to 1; null when nothing is known of that time')

const modelSchema = z.object({
  name: z.string(),
  wanted: z.boolean(),
  auto_update: z.boolean().nullable(),
  priority: z.int().nullable(),
  state: z.enum(MODEL_STATES),
  reason: z.string().nullable(),
  hint: z.string().nullable(),
  retry_at: time.nullable().describe('When it is tried again by itself'),
  size_bytes: z.number().nullable(),
  digest: z.string().nullable(),
  hashed: z.boolean().describe('Its files were compared with their digests'),
  last_test: testSchema.nullable(),
  availability: z.object({ day: share, week: share, month: share }),
  speed: z.array(z.object({ at: time, tokens_per_second: z.number() })),
  slow: z.string().nullable().describe('Set when it became three times slower than usual'),
  unmeasured: z.string().nullable().describe('Why it cannot be said whether it became slower; null when it can'),
})

export const statusSchema = z.object({
  endpoint: z.string(),
  unreachable: z.string().nullable().describe('Why Ollama does not answer'),
  folder: z.object({
    path: z.string().nullable(),
    reason: z.string().nullable().describe('Why the model folder cannot be read from here'),
    status: z.enum(['ok', 'unknown', 'degraded', 'down']).nullable(),
    expected: z.string().nullable(),
    actual: z.string().nullable(),
    hint: z.string().nullable(),
  }),
  disk: z
    .object({
      size_bytes: z.number(),
      available_bytes: z.number(),
      used_percent: z.number(),
      warn_percent: z.number(),
    })
    .nullable(),
  size_bytes: z.number().nullable().describe('All models together; files that several share are counted once'),
  activity: z.object({ run_id: z.string().nullable(), since: time, doing: z.string() }).nullable(),
  models: z.array(modelSchema),
  invalid: invalidSchema,
})

export const actionSchema = z.object({
  action: z.enum(['pull', 'update', 'verify', 'keep', 'undeclared']),
  name: z.string(),
  because: z.string(),
  bytes: z.number().nullable().describe('To download, or for keep and undeclared its size; null while unknown'),
  priority: z.int().nullable(),
  not_before: time.nullable().describe('It failed before, and is tried again by itself only after this'),
  outcome: z.enum(['planned', 'done', 'failed', 'left']),
  error: z.object({ title: z.string(), detail: z.string(), hint: z.string().nullable() }).nullable(),
  tokens_per_second: z.number().nullable(),
  took_ms: z.number(),
})

export const planSchema = z.object({
  dry_run: z.boolean(),
  actions: z.array(actionSchema),
  download_bytes: z.number().nullable().describe('All that would be fetched; null while unknown'),
  failed: z.int(),
  invalid: invalidSchema,
})

export const testedSchema = z.object({
  models: z.array(
    testSchema.extend({
      name: z.string(),
      fault: z.string().nullable().describe('Why it does not count as proven although it answered'),
      slow: z.string().nullable(),
    }),
  ),
  failed: z.int(),
})

export const prunedSchema = z.object({
  dry_run: z.boolean(),
  models: z.array(
    z.object({
      name: z.string(),
      size_bytes: z.number().nullable(),
      frees_bytes: z.number().nullable().describe('What only this model needs'),
    }),
  ),
  frees_bytes: z.number().describe('All together; files that several share are counted once'),
  exact: z.boolean().describe('False: an estimate, since the model folder cannot be read from here'),
})

const iso = (date: Date | null) => date?.toISOString() ?? null

export function entryOut({ name, autoUpdate, priority, declared }: ListedEntry): z.output<typeof entrySchema> {
  return { name, auto_update: autoUpdate, priority, declared }
}

function testOut(test: ModelTest): z.output<typeof testSchema> {
  return {
    at: test.at.toISOString(),
    ok: test.ok,
    reason: test.reason,
    tokens: test.tokens,
    tokens_per_second: test.tokensPerSecond,
    load_ms: test.loadMs,
    total_ms: test.totalMs,
    gpu_percent: test.gpuPercent,
  }
}

function modelOut(model: ModelStatus): z.output<typeof modelSchema> {
  return {
    name: model.name,
    wanted: model.wanted !== null,
    auto_update: model.wanted?.autoUpdate ?? null,
    priority: model.wanted?.priority ?? null,
    state: model.state,
    reason: model.reason,
    hint: model.hint,
    retry_at: iso(model.retryAt),
    size_bytes: model.sizeBytes,
    digest: model.digest,
    hashed: model.hashed,
    last_test: model.lastTest === null ? null : testOut(model.lastTest),
    availability: model.availability,
    speed: model.speed.map(({ at, tokensPerSecond }) => ({
      at: at.toISOString(),
      tokens_per_second: tokensPerSecond,
    })),
    slow: model.slow,
    unmeasured: model.unmeasured,
  }
}

export function statusOut(status: ModelsStatus, warnPercent: number): z.output<typeof statusSchema> {
  const { folder, disk, activity } = status
  return {
    endpoint: status.endpoint,
    unreachable: status.unreachable,
    folder: {
      path: folder.path,
      reason: folder.reason,
      status: folder.judged?.status ?? null,
      expected: folder.judged?.expected ?? null,
      actual: folder.judged?.actual ?? null,
      hint: folder.judged?.hint ?? null,
    },
    disk:
      disk === null
        ? null
        : {
            size_bytes: disk.sizeBytes,
            available_bytes: disk.availableBytes,
            used_percent: disk.usedPercent,
            warn_percent: warnPercent,
          },
    size_bytes: status.sizeBytes,
    activity: activity === null ? null : { run_id: activity.run_id, since: activity.since, doing: activity.doing },
    models: status.models.map(modelOut),
    invalid: status.invalid,
  }
}

function actionOut(action: Action & Partial<Done>): z.output<typeof actionSchema> {
  const problem = action.error === null || action.error === undefined ? null : toProblem(action.error)
  return {
    action: action.kind,
    name: action.name,
    because: action.because,
    bytes: action.bytes,
    priority: action.priority,
    not_before: iso(action.notBefore),
    outcome: action.outcome ?? 'planned',
    error: problem === null ? null : { title: problem.title, detail: problem.detail, hint: problem.hint ?? null },
    tokens_per_second: action.tokensPerSecond ?? null,
    took_ms: action.tookMs ?? 0,
  }
}

export function planOut(
  actions: readonly (Action & Partial<Done>)[],
  invalid: z.output<typeof invalidSchema>,
  dryRun: boolean,
): z.output<typeof planSchema> {
  const fetched = actions.filter(({ kind }) => kind === 'pull' || kind === 'update').map(({ bytes }) => bytes)
  return {
    dry_run: dryRun,
    actions: actions.map(actionOut),
    download_bytes: fetched.includes(null) ? null : fetched.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0),
    failed: actions.filter(({ outcome }) => outcome === 'failed').length,
    invalid,
  }
}

export function testedOut(models: readonly TestedModel[]): z.output<typeof testedSchema> {
  return {
    models: models.map(({ name, test, fault, slow }) => ({
      ...testOut(test),
      name,
      fault: fault?.message ?? null,
      slow,
    })),
    failed: models.filter(({ test, fault }) => !test.ok || fault !== null).length,
  }
}

export function prunedOut({ models, freesBytes, exact }: Pruned, dryRun: boolean): z.output<typeof prunedSchema> {
  const out = ({ name, sizeBytes, freesBytes: frees }: Prunable) => ({
    name,
    size_bytes: sizeBytes,
    frees_bytes: frees,
  })
  return { dry_run: dryRun, models: models.map(out), frees_bytes: freesBytes, exact }
}
