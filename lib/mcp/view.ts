/** The MCP servers as the API shows them. */
import type { CallFigures, Calls } from '../calls/index.ts'
import type { Settings } from '../config/index.ts'
import type { SettingsManager } from '../core/settings.ts'
import type { Registry } from '../operations/registry.ts'
import { reachable } from '../http/own-address.ts'
import { runningServer } from '../system/server-note.ts'
import type { Store } from '../store/index.ts'
import { toolsOf } from '../tools/list.ts'
import { originOf } from './edit.ts'
import type { GatewayServer, McpGateway } from './gateway/index.ts'
import type { GatewayView, ServerView } from './schemas.ts'
import { seenElsewhere, seenHere, type SeenNote } from './seen.ts'

const DAY_MS = 86_400_000
const DAYS = 14
const LATEST = 20
const WORKFLOWS = 'workflows'

/** What the view is made from; the core and the services of an operation both are this. */
export interface ViewSources {
  gateway: McpGateway
  calls: Calls
  registry: Registry
  settingsManager: SettingsManager
  store: Store
  now: () => Date
  /** Whether this process is the one that serves. */
  serves: boolean
  /** Where it really listens, when it does. */
  address: string | null
}

const NO_FIGURES: CallFigures = { calls: 0, errors: 0, lastAt: null, lastError: null }

function figuresOut({ calls, errors, lastAt, lastError }: CallFigures) {
  return { calls, errors, last_at: lastAt?.toISOString() ?? null, last_error: lastError }
}

function addresses(name: string, base: string, openApi: string | null) {
  const path = `/mcp/${name}`
  return { path, url: `${base}${path}`, openapi_url: openApi, scopes: ['admin', 'mcp', `mcp:${name}`] }
}

async function gatewayServer(
  server: GatewayServer,
  base: string,
  sources: ViewSources,
  note: SeenNote | null,
): Promise<Omit<ServerView, 'figures'>> {
  const { name, description, transport, builtIn, enabled } = server.definition
  const now = sources.now()
  const { processes, ...seen } = note?.servers[name]?.seen ?? seenHere(server, now)
  const aged = processes.map((process) => ({
    ...process,
    uptime_seconds: Math.max(0, Math.round((now.getTime() - Date.parse(process.started_at)) / 1000)),
  }))
  return {
    name,
    description,
    transport: transport.kind,
    origin: builtIn ? 'built-in' : originOf(sources.settingsManager, name),
    enabled,
    ...addresses(name, base, `${base}/mcp/${name}/openapi.json`),
    ...seen,
    pid: aged[0]?.pid ?? null,
    uptime_seconds: aged[0]?.uptime_seconds ?? null,
    processes: aged,
    shared: transport.kind === 'stdio' && transport.shared,
    protection: await server.protection(),
  }
}

/** The workflows stand in the list like any other server; they need no process of their own. */
function workflowsServer(
  base: string,
  own: string,
  runs: boolean,
  { registry, settingsManager }: ViewSources,
): Omit<ServerView, 'figures'> {
  return {
    name: WORKFLOWS,
    description: 'The workflows of this app: tidying folders, journals, documentation, and what they found.',
    transport: 'in-process',
    origin: 'built-in',
    enabled: true,
    ...addresses(WORKFLOWS, base, `${own}/api/tools/openapi.json`),
    state: runs ? 'running' : 'idle',
    detail: null,
    retry_at: null,
    pid: null,
    uptime_seconds: null,
    restarts: 0,
    processes: [],
    sessions: 0,
    shared: true,
    tools: toolsOf(registry).map((tool) => ({
      name: tool.name,
      title: tool.title,
      description: tool.describe(settingsManager.current),
      allowed: true,
      input_schema: { ...tool.schema },
    })),
    tools_at: null,
    protection: null,
  }
}

/** Where the API listens, or would. @param running where it does */
function ownOrigin({ 'local-workflows': { api } }: Settings, running: string | null): string {
  return reachable(running ?? `http://${api.host.includes(':') ? `[${api.host}]` : api.host}:${api.port}`)
}

/** Every server, `workflows` first. Beside a running server, as that one noted it. */
export async function viewGateway(sources: ViewSources): Promise<GatewayView> {
  const { gateway, calls, settingsManager, store, now, serves } = sources
  const { mcp } = settingsManager.current
  gateway.flush()
  const [running, note] = serves ? [null, null] : await Promise.all([runningServer(store), seenElsewhere(store)])
  const listener = note?.listener ?? gateway.listener
  const own = ownOrigin(settingsManager.current, sources.address ?? running?.address ?? null)
  // Clients are given the gateway's own listener where it listens, else the API.
  const base = listener.url === null ? own : reachable(listener.url)
  const figures = await calls.figures(new Date(now().getTime() - 7 * DAY_MS))
  const servers = [
    workflowsServer(base, own, serves || running !== null, sources),
    ...(await Promise.all(gateway.servers().map((server) => gatewayServer(server, base, sources, note)))),
  ]
  return {
    enabled: mcp.enable,
    auth: mcp.reverseProxy.authType,
    rate_limit: mcp.proxy.rateLimit,
    listener: {
      wanted: mcp.enable && mcp.proxy.enable,
      state: listener.state,
      address: listener.url?.replace('http://', '') ?? `${mcp.proxy.host}:${mcp.proxy.port}`,
      reason: listener.reason,
    },
    servers: servers.map((server) => ({ ...server, figures: figuresOut(figures.get(server.name) ?? NO_FIGURES) })),
  }
}

/** One server with its history. @throws AppError `not-found` */
export async function viewServer(sources: ViewSources, name: string) {
  const { servers } = await viewGateway(sources)
  const server = servers.find((one) => one.name === name)
  if (server === undefined) {
    sources.gateway.server(name)
    throw new Error(`the view has no server ${name}`)
  }
  const [days, latest] = await Promise.all([
    sources.calls.perDay(name, DAYS),
    sources.calls.latest({ server: name, limit: LATEST }),
  ])
  return {
    server,
    per_day: days.map(({ day, calls, errors }) => ({ day: day.toISOString(), calls, errors })),
    latest: latest.map(({ at, face, tool, principal, durationMs, error }) => ({
      at: at.toISOString(),
      face,
      tool,
      by: principal,
      duration_ms: durationMs,
      error,
    })),
  }
}
