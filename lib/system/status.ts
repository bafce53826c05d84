import * as z from 'zod'
import type { Settings } from '../config/index.ts'
import type { AnyOperation, KeptContext, OperationContext, WorkflowDefinition } from '../operations/types.ts'
import { type AppServices, defineSystemOperation } from './context.ts'
import type { WorkflowFigures } from '../runs/index.ts'
import type { Store } from '../store/index.ts'
import { runningServer } from './server-note.ts'
import { renderStatus, type Status, statusSchema } from './status-view.ts'

/** How long to wait for the backend's list of models before the status says that it does not answer, in milliseconds. */
const MODELS_TIMEOUT_MS = 2000
/** How old the list of models in the status may be, in milliseconds. */
const MODELS_TTL_MS = 1000

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
    cli: { command: ['status'], render: renderStatus },
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
