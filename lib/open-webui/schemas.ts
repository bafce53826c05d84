/** The shapes in which the API answers about Open WebUI's tool servers. */
import * as z from 'zod'

/** How this app stands with Open WebUI. */
const CONNECTION_STATES = ['connected', 'not-connected', 'unreachable', 'refused', 'failed'] as const

/** How a tool server stands in Open WebUI's list; `unknown` while the list cannot be read. */
export const SERVER_STATES = [
  'same',
  'missing',
  'changed',
  'drifted',
  'broken',
  'unwanted',
  'extra',
  'unknown',
] as const

/** What apply does about a server, or did. */
const SERVER_ACTIONS = ['none', 'add', 'update', 'restore', 'adopt', 'remove'] as const

/** Parts of a connection that can differ. */
export const CONNECTION_FIELDS = [
  'url',
  'path',
  'type',
  'auth_type',
  'key',
  'enabled',
  'name',
  'description',
  'access',
  'other',
] as const

const time = z.iso.datetime()

export const connectionSchema = z.object({
  state: z.enum(CONNECTION_STATES),
  url: z.string().describe('Address of Open WebUI'),
  version: z.string().nullable(),
  token: z
    .enum(['file', 'stored', 'none'])
    .describe('Where the administrator’s token comes from; the token itself is never answered'),
  as: z.string().nullable().describe('Whose token it is'),
  self_url: z.string().describe('Address at which Open WebUI reaches this app'),
  problem: z.string().nullable().describe('What is wrong, when it is not connected'),
  hint: z.string().nullable().describe('The one thing to do about it'),
})

const changeSchema = z.object({
  field: z.enum(CONNECTION_FIELDS),
  there: z.string().nullable().describe('As it stands in Open WebUI; null for a secret'),
  wanted: z.string().nullable().describe('As the settings want it, or as it was left; null for a secret'),
})

const argumentSchema = z.object({
  name: z.string(),
  type: z.string().describe('As the model sees it, such as string or array of string'),
  required: z.boolean(),
  description: z.string(),
  choices: z.array(z.string()).describe('The only values it takes; none when it is free'),
})

export const toolSchema = z.object({
  name: z.string(),
  description: z.string(),
  arguments: z.array(argumentSchema),
  calls: z.int().describe('In the last 14 days, as far as they came through this app'),
  errors: z.int(),
  last_call_at: time.nullable(),
  last_error: z.string().nullable(),
})

const plannedServerSchema = z.object({
  id: z.string().describe('Id of the connection in Open WebUI'),
  name: z.string(),
  ours: z.boolean().describe('The tools of this app itself'),
  wanted: z.boolean().describe('The settings ask for it; anything else is left alone'),
  state: z.enum(SERVER_STATES),
  action: z.enum(SERVER_ACTIONS).describe('What apply does about it'),
  why: z.string().nullable(),
  hint: z.string().nullable(),
  changes: z.array(changeSchema),
})

export const planSchema = z.object({
  open_webui: connectionSchema,
  servers: z.array(plannedServerSchema),
  invalid: z
    .array(z.object({ id: z.string(), reason: z.string() }))
    .describe('Entries of the settings that cannot be used'),
})

export const appliedSchema = z.object({
  servers: z.array(
    plannedServerSchema.extend({
      done: z.boolean().describe('Whether Open WebUI holds it now as wanted'),
      verified: z.boolean().nullable().describe('Whether Open WebUI could use it; null when that was not asked'),
      problem: z.string().nullable(),
    }),
  ),
  written: z.boolean().describe('Whether the list in Open WebUI was written'),
})

export const serverSchema = plannedServerSchema.extend({
  type: z.string(),
  url: z.string().describe('Without name, password and query'),
  auth_type: z.string(),
  enabled: z.boolean(),
  access: z.object({
    kind: z.enum(['private', 'public', 'shared']).describe('private: administrators only'),
    with: z.array(z.string()).describe('Names of the groups and people it is shared with'),
  }),
  tools: z.array(toolSchema).describe('As a model sees them'),
  tools_problem: z.string().nullable().describe('Why its tools are not known'),
  key: z
    .object({
      id: z.string(),
      prefix: z.string(),
      created_at: time,
      last_used_at: time.nullable(),
      retiring: z.array(z.object({ id: z.string(), prefix: z.string(), expires_at: time })),
    })
    .nullable()
    .describe('The key of this app that it is called with, never the key itself'),
  applied_at: time.nullable().describe('When this app last wrote or accepted it'),
  calls: z
    .object({
      last_at: time.nullable(),
      last_error: z.string().nullable(),
      total: z.int(),
      errors: z.int(),
      days: z
        .array(z.object({ day: time, calls: z.int(), errors: z.int() }))
        .describe('The last 14 days, the oldest first'),
    })
    .nullable()
    .describe('Calls that came through this app; null for servers it does not see the calls of'),
})

export const listSchema = z.object({
  open_webui: connectionSchema,
  servers: z.array(serverSchema),
  invalid: planSchema.shape.invalid,
})

export const verifiedSchema = z.object({
  servers: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      ok: z.boolean(),
      listed: z
        .boolean()
        .nullable()
        .describe('Whether Open WebUI offers it in its chats; null when switched off there'),
      tools: z.array(z.string()).describe('Names of the tools that Open WebUI found'),
      problem: z.string().nullable(),
      hint: z.string().nullable(),
      duration_ms: z.number(),
    }),
  ),
})

export const rotatedSchema = z.object({
  key_id: z.string().describe('The new key'),
  retired: z
    .array(z.object({ key_id: z.string(), works_until: time }))
    .describe('Keys before it, which work a while longer for chats that began with them'),
})

export type ConnectionOut = z.output<typeof connectionSchema>
export type PlannedServer = z.output<typeof plannedServerSchema>
export type Plan = z.output<typeof planSchema>
export type Applied = z.output<typeof appliedSchema>
export type Server = z.output<typeof serverSchema>
export type ServerList = z.output<typeof listSchema>
export type Verified = z.output<typeof verifiedSchema>
export type Rotated = z.output<typeof rotatedSchema>
export type ConnectionField = (typeof CONNECTION_FIELDS)[number]
export type ToolSeen = Pick<z.output<typeof toolSchema>, 'name' | 'description' | 'arguments'>
