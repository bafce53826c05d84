/** What the page shows of the tool servers, gathered within a few seconds whether Open WebUI answers or not. */
import type { ApiKey, ApiKeys } from '../auth/index.ts'
import { OWN_TOOLS, type Calls } from '../calls/index.ts'
import type { Settings } from '../config/index.ts'
import { toAppError } from '../errors/index.ts'
import type { OpenWebuiClient } from './client.ts'
import type { Compared } from './compare.ts'
import { type Access, shownUrl } from './connection.ts'
import { type Desired, desiredServers } from './desired.ts'
import type { Look } from './look.ts'
import { judged } from './plan.ts'
import type { Registration, Registrations } from './registrations.ts'
import type { ConnectionOut, PlannedServer, Server, ServerList, ToolSeen } from './schemas.ts'
import { toolsSeen } from './tools-seen.ts'
import { canTry, type Verdict, type Verifier } from './verify.ts'
import { KEY_NAME } from './write.ts'

/** Milliseconds for the whole list; what has not answered by then is shown as not known. */
const LIST_MS = 6000
const DAYS = 14
const DAY_MS = 86_400_000

export interface ListOptions {
  connection: (signal: AbortSignal) => Promise<ConnectionOut>
  look: (signal: AbortSignal) => Promise<{ client: OpenWebuiClient; look: Look }>
  settings: Settings['open-webui']
  selfUrl: string
  registrations: Registrations
  verifier: Verifier
  keys: ApiKeys
  calls: Calls
  ownDocument: () => unknown
  now: () => Date
}

/** Name under which the calls of a server are recorded, when they come through this app. */
function recordedAs(url: string, selfUrl: string): string | null {
  if (!url.startsWith(`${selfUrl}/`)) return null
  const path = url.slice(selfUrl.length).replace(/\/+$/, '')
  return path === '/api/tools' ? OWN_TOOLS : (/^\/mcp\/([a-z0-9-]+)$/.exec(path)?.[1] ?? null)
}

type Figures = Awaited<ReturnType<Calls['figures']>>

async function callsOf(recorded: string | null, figures: Figures, calls: Calls): Promise<Server['calls']> {
  if (recorded === null) return null
  const whole = figures.get(recorded)
  return {
    last_at: whole?.lastAt?.toISOString() ?? null,
    last_error: whole?.lastError ?? null,
    total: whole?.calls ?? 0,
    errors: whole?.errors ?? 0,
    days: (await calls.perDay(recorded, DAYS)).map((day) => ({ ...day, day: day.day.toISOString() })),
  }
}

function withFigures(tools: readonly ToolSeen[], recorded: string | null, figures: Figures): Server['tools'] {
  return tools.map((tool) => {
    const found = recorded === null ? undefined : figures.get(`${recorded} ${tool.name}`)
    return {
      ...tool,
      calls: found?.calls ?? 0,
      errors: found?.errors ?? 0,
      last_call_at: found?.lastAt?.toISOString() ?? null,
      last_error: found?.lastError ?? null,
    }
  })
}

function keyOf(registration: Registration | null, working: readonly ApiKey[]): Server['key'] {
  const key = working.find(({ id }) => id === registration?.keyId)
  if (key === undefined) return null
  const { id, prefix, created_at, last_used_at } = key
  const retiring = working.flatMap(({ id: other, prefix: start, name, expires_at }) =>
    name === KEY_NAME && other !== id && expires_at !== null ? [{ id: other, prefix: start, expires_at }] : [],
  )
  return { id, prefix, created_at, last_used_at, retiring }
}

function accessOut(access: Access, names: ReadonlyMap<string, string>): Server['access'] {
  if (access === 'public') return { kind: 'public', with: [] }
  const known = access.map((principal) => names.get(principal) ?? principal.replace(':', ' '))
  return { kind: known.length === 0 ? 'private' : 'shared', with: known }
}

interface Part {
  about: PlannedServer
  facts: { type: string; url: string; auth_type: string; enabled: boolean; access: Server['access'] }
  registration: Registration | null
  tools: ToolSeen[] | null
  toolsProblem: string | null
}

/** A server of Open WebUI's list, tried when that is harmless. */
async function partOf(
  server: Compared,
  { look, client }: { look: Look; client: OpenWebuiClient },
  options: ListOptions,
  signal: AbortSignal,
): Promise<Part> {
  const { standing, desired, registration } = server
  let verdict: Verdict | null = null
  if (standing !== null && canTry(standing)) verdict = await options.verifier.recall(client, standing, signal)
  const own = server.about.ours && (verdict?.tools ?? null) === null ? toolsSeen(options.ownDocument()) : null
  const facts = standing?.facts
  return {
    about: judged(server, verdict),
    facts: {
      type: facts?.type ?? desired?.type ?? '',
      url: facts?.url ?? desired?.url ?? '',
      auth_type: facts?.auth_type ?? desired?.auth_type ?? '',
      enabled: facts === undefined ? (desired?.enabled ?? false) : facts.enabled === 'true',
      access: accessOut(standing?.access ?? desired?.access ?? [], look.groupNames),
    },
    registration,
    tools: verdict?.tools ?? own,
    toolsProblem:
      verdict?.problem ??
      (verdict === null && standing !== null && own === null
        ? 'Its tools are not asked for here: it is off, or each person signs in to it.'
        : null),
  }
}

/** A server of the settings while Open WebUI does not answer. */
function unknownPart(desired: Desired, registration: Registration | null, options: ListOptions): Part {
  const { id, name, ours, type, url, auth_type, enabled, access } = desired
  return {
    about: { id, name, ours, wanted: true, state: 'unknown', action: 'none', why: null, hint: null, changes: [] },
    facts: { type, url, auth_type, enabled, access: accessOut(access, new Map()) },
    registration,
    tools: ours ? toolsSeen(options.ownDocument()) : null,
    toolsProblem: ours ? null : 'Open WebUI is not connected.',
  }
}

/** The settings' own words of groups, as long as Open WebUI cannot say which there are. */
function groupsAsNamed(settings: Settings['open-webui']) {
  const named = [settings.toolAccess, ...Object.values(settings.tools).map(({ access }) => access)]
  return named.flatMap((access) => (typeof access === 'string' ? [] : access)).map((name) => ({ id: name, name }))
}

interface Found {
  connection: ConnectionOut
  parts: Part[]
  invalid: ServerList['invalid']
}

/** The settings' servers without their state in Open WebUI. */
async function withoutOpenWebui(connection: ConnectionOut, options: ListOptions): Promise<Found> {
  const [{ servers, invalid }, registrations] = await Promise.all([
    desiredServers(options.settings, options.selfUrl, groupsAsNamed(options.settings)),
    options.registrations.all(),
  ])
  const parts = servers.map((server) => unknownPart(server, registrations.get(server.id) ?? null, options))
  return { connection, parts, invalid }
}

async function gather(options: ListOptions): Promise<Found> {
  const signal = AbortSignal.timeout(LIST_MS)
  const connection = await options.connection(signal)
  if (connection.state !== 'connected') return withoutOpenWebui(connection, options)
  try {
    const found = await options.look(signal)
    const parts = await Promise.all(found.look.servers.map((server) => partOf(server, found, options, signal)))
    return { connection, parts, invalid: [...found.look.invalid] }
  } catch (thrown) {
    const { message, hint } = toAppError(thrown)
    return withoutOpenWebui({ ...connection, state: 'failed', problem: message, hint: hint ?? null }, options)
  }
}

/** Gathers the list. Never throws because of Open WebUI: what is wrong there is part of the answer. */
export async function listServers(options: ListOptions): Promise<ServerList> {
  const { calls, keys, now, selfUrl } = options
  const [found, figures, working] = await Promise.all([
    gather(options),
    calls.figures(new Date(now().getTime() - DAYS * DAY_MS)),
    keys.working(),
  ])
  const servers = found.parts.map(async ({ about, facts, registration, tools, toolsProblem }): Promise<Server> => {
    const recorded = recordedAs(facts.url, selfUrl)
    return {
      ...about,
      ...facts,
      url: shownUrl(facts.url),
      tools: withFigures(tools ?? [], recorded, figures),
      tools_problem: toolsProblem,
      key: about.ours ? keyOf(registration, [...working.values()]) : null,
      applied_at: registration?.appliedAt.toISOString() ?? null,
      calls: await callsOf(recorded, figures, calls),
    }
  })
  return { open_webui: found.connection, servers: await Promise.all(servers), invalid: found.invalid }
}
