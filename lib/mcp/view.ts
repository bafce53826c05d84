/** The MCP servers as the API shows them. */
import type { CallFigures, Calls } from '../calls/index.ts'
import type { Settings } from '../config/index.ts'
import type { SettingsManager } from '../core/settings.ts'
import type { Registry } from '../operations/registry.ts'
import { runningServer } from '../system/status.ts'
import type { Store } from '../store/index.ts'
import { toolsOf } from '../tools/list.ts'
import { originOf } from './edit.ts'
import type { GatewayServer, McpGateway } from './gateway/index.ts'
import type { GatewayView, ServerView, ToolView } from './schemas.ts'

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
}

const NO_FIGURES: CallFigures = { calls: 0, errors: 0, lastAt: null, lastError: null }

function figuresOut({ calls, errors, lastAt, lastError }: CallFigures) {
  return { calls, errors, last_at: lastAt?.toISOString() ?? null, last_error: lastError }
}

function tools({ gate }: GatewayServer): Pick<ServerView, 'tools' | 'tools_at'> {
  const { known } = gate
  if (known === null) return { tools: null, tools_at: null }
  const seen = known.tools.map((tool): ToolView => ({
    name: tool.name,
    title: tool.title,
    description: tool.description,
    allowed: gate.isAllowed(tool.name),
    input_schema: tool.inputSchema,
  }))
  return { tools: seen, tools_at: known.at.toISOString() }
}

function addresses(name: string, base: string, openApi: string | null) {
  const path = `/mcp/${name}`
  return { path, url: `${base}${path}`, openapi_url: openApi, scopes: ['admin', 'mcp', `mcp:${name}`] }
}

async function gatewayServer(
  server: GatewayServer,
  base: string,
  sources: ViewSources,
): Promise<Omit<ServerView, 'figures'>> {
  const { definition } = server
  const { name, description, transport, builtIn, enabled } = definition
  const status = server.status()
  const now = sources.now().getTime()
  const processes = status.processes.map(({ pid, startedAt, use, running }) => ({
    pid,
    started_at: startedAt.toISOString(),
    uptime_seconds: Math.max(0, Math.round((now - startedAt.getTime()) / 1000)),
    use,
    calls_running: running,
  }))
  return {
    name,
    description,
    transport: transport.kind,
    origin: builtIn ? 'built-in' : originOf(sources.settingsManager, name),
    enabled,
    ...addresses(name, base, `${base}/mcp/${name}/openapi.json`),
    state: status.state,
    detail: status.detail,
    retry_at: status.retryMs === null ? null : new Date(now + status.retryMs).toISOString(),
    pid: processes[0]?.pid ?? null,
    uptime_seconds: processes[0]?.uptime_seconds ?? null,
    restarts: status.restarts,
    processes,
    sessions: status.sessions,
    shared: transport.kind === 'stdio' && transport.shared,
    ...tools(server),
    protection: await server.protection(),
  }
}

/** The workflows stand in the list like any other server; they need no process of their own. */
function workflowsServer(
  base: string,
  own: string,
  { registry, settingsManager, serves }: ViewSources,
): Omit<ServerView, 'figures'> {
  return {
    name: WORKFLOWS,
    description: 'The workflows of this app: tidying folders, journals, documentation, and what they found.',
    transport: 'in-process',
    origin: 'built-in',
    enabled: true,
    ...addresses(WORKFLOWS, base, `${own}/api/tools/openapi.json`),
    state: serves ? 'running' : 'idle',
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

function loopbackOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

/** Addresses to give to clients: of the gateway's own listener where it listens, else of the API. */
function bases({ mcp, 'local-workflows': { api } }: Settings, listening: string | null, running: string | null) {
  const own = running ?? `http://${loopbackOf(api.host)}:${api.port}`
  const proxy = `http://${loopbackOf(mcp.proxy.host)}:${mcp.proxy.port}`
  return { gateway: listening ?? (running !== null && mcp.enable && mcp.proxy.enable ? proxy : own), own }
}

function listenerView({ settingsManager, gateway, serves }: ViewSources, elsewhere: boolean): GatewayView['listener'] {
  const { enable, proxy } = settingsManager.current.mcp
  const address = `${proxy.host}:${proxy.port}`
  const { state, reason } = gateway.listener
  return { wanted: enable && proxy.enable, state: !serves && elsewhere ? 'elsewhere' : state, address, reason }
}

/** Every server, `workflows` first. In a process beside the server, what only that one knows is said to be elsewhere. */
export async function viewGateway(sources: ViewSources): Promise<GatewayView> {
  const { gateway, calls, settingsManager, store, now } = sources
  const { mcp } = settingsManager.current
  const running = sources.serves ? null : await runningServer(store)
  const { gateway: base, own } = bases(settingsManager.current, gateway.listener.url, running?.address ?? null)
  const figures = await calls.figures(new Date(now().getTime() - 7 * DAY_MS))
  const servers = [
    workflowsServer(base, own, sources),
    ...(await Promise.all(gateway.servers().map((server) => gatewayServer(server, base, sources)))),
  ]
  return {
    enabled: mcp.enable,
    auth: mcp.reverseProxy.authType,
    rate_limit: mcp.proxy.rateLimit,
    listener: listenerView(sources, running !== null),
    servers: servers.map((server) => ({
      ...server,
      ...(running !== null && server.enabled && server.state === 'idle' ? { state: 'elsewhere' as const } : {}),
      figures: figuresOut(figures.get(server.name) ?? NO_FIGURES),
    })),
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
