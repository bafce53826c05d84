/** The shapes in which the API answers about MCP servers. */
import * as z from 'zod'

const time = z.iso.datetime()

/** How a server is reached by the gateway. */
export const TRANSPORTS = ['in-process', 'stdio', 'http'] as const
/**
 * `off`: not offered; `idle`: starts at the next call; `starting`; `running`; `waiting`: crashed and is tried again later;
 * `failed`: could not be started or reached.
 */
export const SERVER_STATES = ['off', 'idle', 'starting', 'running', 'waiting', 'failed'] as const
/** `built-in`: comes with the app; `declared`: in the file or the environment; `admin`: added here, so it can be removed here. */
export const ORIGINS = ['built-in', 'declared', 'admin'] as const

export const SERVER_NAME = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'is not a name: small letters, digits and hyphens')
  .describe('Name of the server: small letters, digits and hyphens.')
  .meta({ title: 'Name' })

const toolSchema = z.object({
  name: z.string(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  allowed: z.boolean().describe('Whether callers may see and use it'),
  input_schema: z.record(z.string(), z.unknown()).describe('JSON Schema of its arguments'),
})

const protectionSchema = z
  .object({
    filesystem: z.string(),
    network: z.string(),
    memory: z.string(),
    cpu: z.string(),
    lifetime: z.string(),
  })
  .describe('What holds the program back on this machine, in words; null where the program is not ours to start')

export const processSchema = z.object({
  pid: z.int(),
  started_at: time,
  uptime_seconds: z.number(),
  use: z.enum(['shared', 'session']).describe('Shared by all, or one session’s own'),
  calls_running: z.int(),
})

const figuresSchema = z.object({
  calls: z.int(),
  errors: z.int(),
  last_at: time.nullable(),
  last_error: z.string().nullable(),
})

export const serverSchema = z.object({
  name: z.string(),
  description: z.string(),
  transport: z.enum(TRANSPORTS),
  origin: z.enum(ORIGINS),
  enabled: z.boolean(),
  path: z.string().describe('Path of the address, e.g. /mcp/wiki'),
  url: z.string().describe('Address to give to a client that speaks MCP over Streamable HTTP'),
  openapi_url: z.string().nullable().describe('Address to give to a client that speaks OpenAPI'),
  scopes: z.array(z.string()).describe('A key with any one of these may use it'),
  state: z.enum(SERVER_STATES),
  detail: z.string().nullable().describe('Why it is in that state, when that needs saying'),
  retry_at: time.nullable().describe('When it may be started again after a crash'),
  pid: z.int().nullable(),
  uptime_seconds: z.number().nullable(),
  restarts: z.int().describe('Starts after a crash, since the app started'),
  processes: z.array(processSchema),
  sessions: z.int(),
  shared: z.boolean().describe('Whether all sessions use one process'),
  tools: z.array(toolSchema).nullable().describe('As it last listed them; null when it was never asked'),
  tools_at: time.nullable(),
  protection: protectionSchema.nullable(),
  figures: figuresSchema.describe('Calls of the last seven days'),
})

export const gatewaySchema = z.object({
  enabled: z.boolean().describe('hwc.ai.mcp.enable'),
  auth: z.enum(['none', 'basic', 'apikey']),
  rate_limit: z.int().describe('Calls a minute for each key and server; 0: no limit'),
  listener: z.object({
    wanted: z.boolean(),
    state: z.enum(['off', 'listening', 'failed']),
    address: z.string(),
    reason: z.string().nullable(),
  }),
  servers: z.array(serverSchema),
})

export const serverDetailSchema = serverSchema.extend({
  per_day: z
    .array(z.object({ day: time, calls: z.int(), errors: z.int() }))
    .describe('The last 14 days, the oldest first'),
  latest: z.array(
    z.object({
      at: time,
      face: z.string(),
      tool: z.string(),
      by: z.string(),
      duration_ms: z.number(),
      error: z.string().nullable(),
    }),
  ),
})

export const calledSchema = z.object({
  server: z.string(),
  tool: z.string(),
  duration_ms: z.number(),
  is_error: z.boolean().describe('The tool itself says that it failed'),
  content: z.array(z.record(z.string(), z.unknown())).describe('Content blocks as the server answered them'),
  structured: z.unknown().describe('Structured content, when there is some'),
})

export const logSchema = z.object({
  server: z.string(),
  lines: z
    .array(z.object({ at: time, text: z.string() }))
    .describe('What the program wrote to its standard error, the oldest first'),
  dropped: z.int().describe('Older lines that are no longer kept'),
})

const list = z.array(z.string().max(4000)).max(200)

/** A server as it is set up; each field is a setting of `hwc.ai.mcp.servers.NAME`. */
export const serverSettingsShape = {
  enable: z.boolean().default(true).describe('Let callers use it.').meta({ title: 'On' }),
  description: z
    .string()
    .max(1000)
    .default('')
    .describe('A sentence for those who read the list of servers.')
    .meta({ title: 'What it is for' }),
  command: z
    .string()
    .min(1)
    .max(4000)
    .nullable()
    .default(null)
    .describe('The program to start on this machine. A server elsewhere has an address instead.')
    .meta({ title: 'Program' }),
  args: list.default([]).describe('Each is handed to the program as it is.').meta({ title: 'Arguments' }),
  env: z
    .record(z.string(), z.string())
    .default({})
    .describe('What the program finds in its environment beside PATH and HOME. Secrets belong into a file.')
    .meta({ title: 'Environment' }),
  env_file: z
    .string()
    .nullable()
    .default(null)
    .describe('Full path of a file with further lines NAME=VALUE, for secrets.')
    .meta({ title: 'File with more of the environment' }),
  url: z
    .string()
    .max(4000)
    .nullable()
    .default(null)
    .describe('Where a server that speaks Streamable HTTP answers.')
    .meta({ title: 'Address' }),
  key_file: z
    .string()
    .nullable()
    .default(null)
    .describe('Full path of a file with the key that is sent to the address.')
    .meta({ title: 'File with the key' }),
  allowed_tools: list
    .nullable()
    .default(null)
    .describe('Names of the tools that callers may see and use. Left empty: all.')
    .meta({ title: 'Allowed tools' }),
  read_only_paths: list
    .default([])
    .describe('Full paths of folders that the program may read.')
    .meta({ title: 'Folders it may read' }),
  read_write_paths: list
    .default([])
    .describe('Full paths of folders that the program may change.')
    .meta({ title: 'Folders it may change' }),
  network: z.boolean().default(false).describe('The program may use the network.').meta({ title: 'Network' }),
  shared: z
    .boolean()
    .default(false)
    .describe('All callers use the same process. Without it, each has one of its own.')
    .meta({ title: 'One process for all' }),
  memory_max: z
    .int()
    .min(16)
    .max(1_048_576)
    .default(512)
    .describe('Most memory that it may use, in MiB.')
    .meta({ title: 'Memory' }),
  cpu_quota: z
    .int()
    .min(1)
    .max(6400)
    .default(100)
    .describe('Most processor time that it may use, in percent of one core.')
    .meta({ title: 'Processor' }),
  idle_timeout: z
    .string()
    .max(100)
    .default('10min')
    .describe('Without a call for this long, it is stopped until the next one.')
    .meta({ title: 'Stop when not called for' }),
  call_timeout: z
    .string()
    .max(100)
    .default('5min')
    .describe('A call that takes longer is ended.')
    .meta({ title: 'Longest call' }),
} as const

export const serverSettingsSchema = z.object({ name: z.string(), origin: z.enum(ORIGINS), ...serverSettingsShape })

export type ServerView = z.output<typeof serverSchema>
export type GatewayView = z.output<typeof gatewaySchema>
export type ServerDetail = z.output<typeof serverDetailSchema>
export type ToolView = z.output<typeof toolSchema>
export type Protection = z.output<typeof protectionSchema>
