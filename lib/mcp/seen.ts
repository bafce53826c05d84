/**
 * How the servers behind the gateway stand, as the process that runs them sees it. It leaves a note of that in the store, so that
 * the command line beside it can show the same.
 */
import * as z from 'zod'
import { isOwnerAlive, processOwner } from '../process/index.ts'
import type { Store } from '../store/index.ts'
import type { GatewayServer, McpGateway } from './gateway/index.ts'
import { logSchema, processSchema, serverSchema, SERVER_STATES } from './schemas.ts'

const FACT = 'mcp'
/** Lines of each log in the note. */
const LOG_LINES = 100

const seenSchema = z.object({
  ...serverSchema.pick({ detail: true, retry_at: true, restarts: true, sessions: true, tools: true, tools_at: true })
    .shape,
  state: z.enum(SERVER_STATES),
  processes: z.array(processSchema.omit({ uptime_seconds: true })),
})
/** What one process knows of a server. */
export type Seen = z.output<typeof seenSchema>

const noteSchema = z.object({
  owner: z.string(),
  listener: z.object({
    state: z.enum(['off', 'listening', 'failed']),
    reason: z.string().nullable(),
    url: z.string().nullable(),
  }),
  servers: z.record(z.string(), z.object({ seen: seenSchema, log: logSchema.omit({ server: true }) })),
})
export type SeenNote = z.output<typeof noteSchema>

function toolsSeen({ gate }: GatewayServer): Pick<Seen, 'tools' | 'tools_at'> {
  const { known } = gate
  if (known === null) return { tools: null, tools_at: null }
  const tools = known.tools.map((tool) => ({
    name: tool.name,
    title: tool.title,
    description: tool.description,
    allowed: gate.isAllowed(tool.name),
    input_schema: tool.inputSchema,
  }))
  return { tools, tools_at: known.at.toISOString() }
}

/** How a server stands in this process. */
export function seenHere(server: GatewayServer, now: Date): Seen {
  const { state, detail, retryMs, restarts, sessions, processes } = server.status()
  return {
    state,
    detail,
    retry_at: retryMs === null ? null : new Date(now.getTime() + retryMs).toISOString(),
    restarts,
    sessions,
    processes: processes.map(({ pid, startedAt, use, running }) => ({
      pid,
      started_at: startedAt.toISOString(),
      use,
      calls_running: running,
    })),
    ...toolsSeen(server),
  }
}

export function logOf(server: GatewayServer): Omit<z.output<typeof logSchema>, 'server'> {
  const { lines, dropped } = server.log()
  return { lines: lines.map(({ at, text }) => ({ at: at.toISOString(), text })), dropped }
}

function lastLines(server: GatewayServer): ReturnType<typeof logOf> {
  const { lines, dropped } = logOf(server)
  const kept = lines.slice(-LOG_LINES)
  return { lines: kept, dropped: dropped + lines.length - kept.length }
}

/** Writes the note when something is other than it was. @returns the note, for comparing with the next */
export async function noteSeen(gateway: McpGateway, store: Store, now: Date, before: string): Promise<string> {
  const servers = gateway.servers().filter(({ definition }) => definition.enabled)
  const note: SeenNote = {
    owner: processOwner(),
    listener: gateway.listener,
    servers: Object.fromEntries(
      servers.map((server) => [server.definition.name, { seen: seenHere(server, now), log: lastLines(server) }]),
    ),
  }
  const value = JSON.stringify(note)
  if (value === before) return value
  const row = { value, updated_at: now.toISOString() }
  await store.db
    .insertInto('facts')
    .values({ name: FACT, ...row })
    .onConflict((on) => on.column('name').doUpdateSet(row))
    .execute()
  return value
}

export async function forgetSeen(store: Store): Promise<void> {
  await store.db.deleteFrom('facts').where('name', '=', FACT).execute()
}

/** The note of the server that runs beside this process; null when there is none. */
export async function seenElsewhere(store: Store): Promise<SeenNote | null> {
  const row = await store.db.selectFrom('facts').select('value').where('name', '=', FACT).executeTakeFirst()
  if (row === undefined) return null
  const note = noteSchema.safeParse(JSON.parse(row.value))
  return note.success && note.data.owner !== processOwner() && isOwnerAlive(note.data.owner) ? note.data : null
}
