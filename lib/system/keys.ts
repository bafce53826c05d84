import * as z from 'zod'
import { type AnyOperation, isScope, SCOPE_PATTERN } from '../operations/types.ts'
import { defineSystemOperation } from './context.ts'

const scopeSchema = z
  .string()
  .regex(SCOPE_PATTERN, 'is not a scope: there are read, run, apply, mcp, mcp:NAME and admin')
  .refine(isScope)

const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string().describe('First characters of the key, to recognise it by'),
  scopes: z.array(scopeSchema),
  created_at: z.iso.datetime(),
  last_used_at: z.iso.datetime().nullable(),
  expires_at: z.iso.datetime().nullable(),
  revoked_at: z.iso.datetime().nullable(),
})

function line(key: z.output<typeof keySchema>): string {
  const state = key.revoked_at !== null ? 'revoked' : key.expires_at !== null ? `until ${key.expires_at}` : 'works'
  return `${key.id}  ${key.prefix}…  ${key.name}  [${key.scopes.join(', ')}]  ${state}  last used ${key.last_used_at ?? 'never'}`
}

/** API keys: made, listed, revoked. */
export const keyOperations: readonly AnyOperation[] = [
  defineSystemOperation({
    id: 'create_api_key',
    title: 'Create an API key',
    description:
      'Makes a key and shows it this one time. `read` sees, `run` starts workflows, `apply` changes files, `mcp` uses every MCP server behind the gateway and `mcp:NAME` one of them, `admin` does everything.',
    http: { method: 'POST', path: '/api/keys', status: 201 },
    cli: {
      command: ['keys', 'create'],
      positional: ['name'],
      render: ({ secret, key }) =>
        `${secret}\n\nThis is shown only now. Key ${key.id} "${key.name}" may: ${key.scopes.join(', ')}.`,
    },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({
      name: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .describe('What the key is for, so that you know it again.')
        .meta({ example: 'Open WebUI', title: 'Name' }),
      scopes: z
        .array(scopeSchema)
        .min(1)
        .default(['read', 'run'])
        .describe(
          'read sees, run starts workflows, apply changes files, mcp uses every MCP server and mcp:NAME one of them, admin does everything.',
        )
        .meta({ title: 'What it may do' }),
      expires_in_days: z
        .int()
        .min(1)
        .max(3650)
        .optional()
        .describe('After this many days it stops working. Left empty: never.')
        .meta({ title: 'Days until it ends' }),
    }),
    output: z.object({ secret: z.string().describe('The key itself; not stored, not shown again'), key: keySchema }),
    examples: [{ title: 'A key for Open WebUI', input: { name: 'Open WebUI', scopes: ['read', 'run'] } }],
    run: ({ name, scopes, expires_in_days }, { app }) => app.keys.create(name, scopes, expires_in_days ?? null),
  }),
  defineSystemOperation({
    id: 'list_api_keys',
    title: 'List API keys',
    description: 'Every key with its scopes and when it was last used; never the key itself.',
    http: { method: 'GET', path: '/api/keys' },
    cli: {
      command: ['keys', 'list'],
      render: (output) =>
        output.keys.length === 0
          ? 'There are no keys. Make one with: hwc-ai keys create NAME'
          : output.keys.map(line).join('\n'),
    },
    scope: 'admin',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: z.object({ keys: z.array(keySchema) }),
    examples: [],
    run: async (_input, { app }) => ({ keys: await app.keys.list() }),
  }),
  defineSystemOperation({
    id: 'revoke_api_key',
    title: 'Revoke an API key',
    description: 'The key stops working within a second.',
    http: { method: 'DELETE', path: '/api/keys/:key_id' },
    cli: { command: ['keys', 'revoke'], positional: ['key_id'], render: ({ key_id }) => `Revoked ${key_id}.` },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({ key_id: z.string().min(1).max(64).describe('Id of the key') }),
    output: z.object({ key_id: z.string(), revoked: z.literal(true) }),
    errors: ['not-found'],
    examples: [],
    run: async ({ key_id }, { app }) => {
      await app.keys.revoke(key_id)
      return { key_id, revoked: true as const }
    },
  }),
]
