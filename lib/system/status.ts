import * as z from 'zod'
import { isOwnerAlive, processOwner } from '../process/index.ts'
import type { Settings } from '../config/index.ts'
import type { AnyOperation, KeptContext, OperationContext, WorkflowDefinition } from '../operations/types.ts'
import { type AppServices, defineSystemOperation } from './context.ts'
import { RUN_STATUSES, type WorkflowFigures } from '../runs/index.ts'
import type { Store } from '../store/index.ts'
import { plural } from '../text/plural.ts'

/** How long to wait for the backend's list of models before the status says that it does not answer, in milliseconds. */
const MODELS_TIMEOUT_MS = 2000
/** How old the list of models in the status may be, in milliseconds. */
const MODELS_TTL_MS = 1000
const SERVER_FACT = 'server'

const serverFact = z.object({
  owner: z.string(),
  version: z.string(),
  address: z.string(),
  started_at: z.iso.datetime(),
  requests_processed: z.int(),
})
export type ServerFact = z.output<typeof serverFact>

/** Notes in the store that a server runs, so that the command line knows it too. */
export async function saveServerFact(store: Store, fact: ServerFact, now: Date): Promise<void> {
  const row = { value: JSON.stringify(fact), updated_at: now.toISOString() }
  await store.db
    .insertInto('facts')
    .values({ name: SERVER_FACT, ...row })
    .onConflict((on) => on.column('name').doUpdateSet(row))
    .execute()
}

/**
 * Notes that this process serves the store, unless another one does: of several that start in one moment exactly one may.
 * @returns the server that runs already, else null
 */
export async function claimServer(store: Store, fact: ServerFact, now: Date): Promise<ServerFact | null> {
  const row = { value: JSON.stringify(fact), updated_at: now.toISOString() }
  for (;;) {
    const found = await store.db.selectFrom('facts').select('value').where('name', '=', SERVER_FACT).executeTakeFirst()
    const other = found === undefined ? null : serverIn(found.value, fact.owner)
    if (other !== null) return other
    const claimed =
      found === undefined
        ? (
            await store.db
              .insertInto('facts')
              .values({ name: SERVER_FACT, ...row })
              .onConflict((on) => on.doNothing())
              .executeTakeFirst()
          ).numInsertedOrUpdatedRows
        : (
            await store.db
              .updateTable('facts')
              .set(row)
              .where('name', '=', SERVER_FACT)
              .where('value', '=', found.value)
              .executeTakeFirst()
          ).numUpdatedRows
    if (claimed === 1n) return null
  }
}

/** Takes the note away when the server stops; another server's stays. */
export async function forgetServerFact(store: Store): Promise<void> {
  const row = await store.db.selectFrom('facts').select('value').where('name', '=', SERVER_FACT).executeTakeFirst()
  if (row === undefined || serverFact.parse(JSON.parse(row.value)).owner !== processOwner()) return
  await store.db.deleteFrom('facts').where('name', '=', SERVER_FACT).where('value', '=', row.value).execute()
}

/** The server that a note tells of, while it runs and is not who asks. */
function serverIn(note: string, asking = processOwner()): ServerFact | null {
  const fact = serverFact.parse(JSON.parse(note))
  return isOwnerAlive(fact.owner) && fact.owner !== asking ? fact : null
}

/** The server that runs on this store now, or null. A process does not find itself. */
export async function runningServer(store: Store): Promise<ServerFact | null> {
  const row = await store.db.selectFrom('facts').select('value').where('name', '=', SERVER_FACT).executeTakeFirst()
  return row === undefined ? null : serverIn(row.value)
}

const workflowStatus = z.object({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean().describe('Whether it runs on its schedule; it can be called either way'),
  last_run: z.iso.datetime().nullable(),
  next_run: z.iso.datetime().nullable().describe('When the schedule runs it next'),
  runs_count: z.int(),
  status: z.enum(['never-run', ...RUN_STATUSES]),
  last_error: z.string().nullable(),
  model: z.string(),
})

const statusSchema = z.object({
  version: z.string(),
  workflows: z.record(z.string(), workflowStatus),
  models: z.record(
    z.string(),
    z.object({
      name: z.string(),
      status: z.literal('available'),
      size: z.string().nullable(),
      size_bytes: z.number().nullable(),
    }),
  ),
  backend: z.object({
    id: z.string(),
    endpoint: z.string().nullable(),
    status: z.enum(['ok', 'unreachable']),
    detail: z.string().nullable().describe('Why it does not answer'),
    running: z.int().describe('Calls that run now'),
    waiting: z.int().describe('Calls that wait for their turn'),
  }),
  server_running: z.boolean(),
  api_uptime: z.string().nullable().describe('e.g. 3.2h; null when no server runs'),
  uptime_seconds: z.number().nullable(),
  requests_processed: z.int().nullable().describe('Since the server started; null when no server runs'),
})
export type Status = z.output<typeof statusSchema>

/** Bytes in the unit a person would say. */
function sizeText(bytes: number): string {
  return bytes >= 1024 ** 3 ? `${(bytes / 1024 ** 3).toFixed(1)}GB` : `${(bytes / 1024 ** 2).toFixed(0)}MB`
}

function workflowEntry(
  workflow: WorkflowDefinition,
  figures: WorkflowFigures | undefined,
  settings: Settings,
  next: Date | null,
) {
  const { enabled, model } = workflow.configured(settings)
  return {
    id: workflow.id,
    name: workflow.statusKey,
    enabled,
    last_run: figures?.lastRun ?? null,
    next_run: next?.toISOString() ?? null,
    runs_count: figures?.runsCount ?? 0,
    status: (figures?.running ?? 0) > 0 ? ('running' as const) : (figures?.lastStatus ?? ('never-run' as const)),
    last_error: figures?.lastError ?? null,
    model,
  }
}

type ModelsPart = Pick<Status, 'models'> & { backend: Omit<Status['backend'], 'running' | 'waiting'> }

async function modelsPart({ models }: OperationContext): Promise<ModelsPart> {
  const backend = { id: models.id, endpoint: models.endpoint }
  try {
    const list = await models.list(AbortSignal.timeout(MODELS_TIMEOUT_MS))
    const entries = list.map((model): [string, Status['models'][string]] => [
      model.name,
      {
        name: model.name,
        status: 'available',
        size: model.sizeBytes === null ? null : sizeText(model.sizeBytes),
        size_bytes: model.sizeBytes,
      },
    ])
    return { models: Object.fromEntries(entries), backend: { ...backend, status: 'ok', detail: null } }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { models: {}, backend: { ...backend, status: 'unreachable', detail } }
  }
}

function serverPart(server: { startedAt: Date; requests: number } | null, now: Date) {
  const uptime = server === null ? null : Math.max(0, (now.getTime() - server.startedAt.getTime()) / 1000)
  return {
    server_running: server !== null,
    api_uptime: uptime === null ? null : `${(uptime / 3600).toFixed(1)}h`,
    uptime_seconds: uptime === null ? null : Math.round(uptime),
    requests_processed: server?.requests ?? null,
  }
}

async function otherServer(store: Store): Promise<{ startedAt: Date; requests: number } | null> {
  const other = await runningServer(store)
  return other === null ? null : { startedAt: new Date(other.started_at), requests: other.requests_processed }
}

function render(status: Status): string {
  const lines = Object.values(status.workflows).map(
    (w) =>
      `${w.id.padEnd(13)} ${w.status.padEnd(11)} ${plural(w.runs_count, 'run').padStart(10)}  ${w.enabled ? `next ${w.next_run ?? 'not planned'}` : 'not scheduled'}${
        w.last_error === null ? '' : `\n              last error: ${w.last_error}`
      }`,
  )
  const models = Object.values(status.models).map((m) => `  ${m.name}${m.size === null ? '' : ` (${m.size})`}`)
  return [
    `hwc-ai ${status.version}, ${status.server_running ? `server up for ${status.api_uptime ?? '?'}, ${plural(status.requests_processed ?? 0, 'request')}` : 'no server running'}`,
    '',
    ...lines,
    '',
    status.backend.status === 'ok'
      ? `${status.backend.id} at ${status.backend.endpoint ?? '-'}: ${plural(models.length, 'model')}`
      : `${status.backend.id}: ${status.backend.detail ?? 'does not answer'}`,
    ...models,
  ].join('\n')
}

interface Kept {
  version: string
  figures: Map<string, WorkflowFigures>
}

interface KeptModels {
  until: number
  part: Promise<ModelsPart>
  /** What the promise came to; null until then. */
  known: ModelsPart | null
}

// What comes from the store holds as long as the store is the same, so a monitor that asks often costs next to nothing.
const keptFigures = new WeakMap<Store, Kept>()
const keptModels = new WeakMap<Store, KeptModels>()

function knownFigures({ runs }: AppServices, store: Store): Map<string, WorkflowFigures> | null {
  const kept = keptFigures.get(store)
  return kept !== undefined && !runs.unwritten && kept.version === store.version() ? kept.figures : null
}

async function figuresNow(app: AppServices, store: Store): Promise<Map<string, WorkflowFigures>> {
  const known = knownFigures(app, store)
  if (known !== null) return known
  let figures = await app.runs.figures()
  // A process that was killed recorded no end of its runs: whoever looks finds out.
  if ([...figures.values()].some(({ running }) => running > 0) && (await app.runs.markInterrupted()) > 0)
    figures = await app.runs.figures()
  keptFigures.set(store, { version: store.version(), figures })
  return figures
}

function modelsNow(context: OperationContext): Promise<ModelsPart> {
  const kept = keptModels.get(context.store)
  if (kept !== undefined && performance.now() < kept.until) return kept.part
  const asked: KeptModels = { until: performance.now() + MODELS_TTL_MS, part: modelsPart(context), known: null }
  keptModels.set(context.store, asked)
  void asked.part.then((known) => (asked.known = known))
  return asked.part
}

function knownModels(store: Store): ModelsPart | null {
  const kept = keptModels.get(store)
  return kept !== undefined && performance.now() < kept.until ? kept.known : null
}

type StatusContext = KeptContext & { app: AppServices }

/** What the status is made of, but for the server's own figures, which change with each request. */
function bodyOf({ app, settings }: StatusContext, figures: Map<string, WorkflowFigures>, known: ModelsPart) {
  const { running, waiting } = app.queue()
  return {
    version: app.version,
    workflows: Object.fromEntries(
      app.workflows.map((w) => [w.statusKey, workflowEntry(w, figures.get(w.id), settings, app.nextRun(w))]),
    ),
    models: known.models,
    backend: { ...known.backend, running, waiting },
  }
}

/** The last body as JSON without its end, and all that it was made from. */
interface KeptBody {
  from: readonly unknown[]
  text: string
}

const keptBodies = new WeakMap<Store, KeptBody>()

function bodyText(context: StatusContext, figures: Map<string, WorkflowFigures>, known: ModelsPart): string {
  const { app, settings, store } = context
  const { running, waiting } = app.queue()
  const from = [figures, known, settings, running, waiting, ...app.workflows.map((w) => app.nextRun(w)?.getTime())]
  const kept = keptBodies.get(store)
  if (kept?.from.every((part, i) => part === from[i]) === true) return kept.text
  const text = JSON.stringify(bodyOf(context, figures, known)).slice(0, -1)
  keptBodies.set(store, { from, text })
  return text
}

/** The status of everything, from what is recorded; and the liveness answer. */
export const statusOperations: readonly AnyOperation[] = [
  defineSystemOperation({
    id: 'get_status',
    title: 'Status',
    description: 'True figures of every workflow, the models that are there, and the server itself.',
    http: { method: 'GET', path: '/api/workflows/status' },
    cli: { command: ['status'], render },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: statusSchema,
    examples: [{ title: 'Status', input: {} }],
    run: async (_input, context) => {
      const { app, store } = context
      const body = bodyOf(context, await figuresNow(app, store), await modelsNow(context))
      return { ...body, ...serverPart(app.server() ?? (await otherServer(store)), context.now()) }
    },
    kept: (context) => {
      const { app, store } = context
      const server = app.server()
      const models = knownModels(store)
      const figures = server === null || models === null ? null : knownFigures(app, store)
      if (models === null || figures === null) return null
      return `${bodyText(context, figures, models)},${JSON.stringify(serverPart(server, context.now())).slice(1)}`
    },
  }),
  defineSystemOperation({
    id: 'get_health',
    title: 'Liveness',
    description: 'Answers as long as the server runs; depends on nothing else.',
    http: { method: 'GET', path: '/api/health' },
    scope: 'public',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: z.object({ status: z.literal('ok') }),
    examples: [{ title: 'Liveness', input: {} }],
    run: () => Promise.resolve({ status: 'ok' as const }),
  }),
]
