/** The operations on Open WebUI's tool servers: what it should hold, what it holds, and making the one into the other. */
import * as z from 'zod'
import type { AnyOperation } from '../operations/types.ts'
import { defineSystemOperation } from '../system/context.ts'
import { renderApplied, renderList, renderPlan, renderRotated, renderVerified } from './render.ts'
import { appliedSchema, connectionSchema, listSchema, planSchema, rotatedSchema, verifiedSchema } from './schemas.ts'

const serverId = z
  .string()
  .min(1)
  .max(200)
  .describe('Id of the tool server, as the list shows it')
  .meta({ example: 'hwc-ai-workflows' })

const ERRORS = ['not-connected', 'open-webui-unreachable', 'open-webui-refused', 'open-webui-error'] as const

/** Registration of tool servers, and the connection to Open WebUI that it needs. */
export const openWebuiOperations: readonly AnyOperation[] = [
  defineSystemOperation({
    id: 'list_tool_servers',
    title: 'Tool servers of Open WebUI',
    description:
      'Every tool server that Open WebUI should have or has: its state, what its tools look like to a model, who may use it, and its calls. Answers what is known when Open WebUI does not.',
    http: { method: 'GET', path: '/api/open-webui/tools' },
    cli: {
      command: ['tools', 'list'],
      render: renderList,
      exitCode: ({ open_webui, servers }) =>
        open_webui.state === 'connected' && servers.every(({ wanted, state }) => !wanted || state === 'same') ? 0 : 1,
    },
    scope: 'admin',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: listSchema,
    examples: [{ title: 'Now', input: {} }],
    run: (_input, { app }) => app.openWebui.list(),
  }),
  defineSystemOperation({
    id: 'plan_tool_servers',
    title: 'Plan the tool servers',
    description:
      'What differs between the settings and Open WebUI: missing, changed, edited there since, broken, or not ours. Changes nothing.',
    http: { method: 'GET', path: '/api/open-webui/tools/plan' },
    cli: {
      command: ['tools', 'plan'],
      render: renderPlan,
      exitCode: ({ servers, invalid }) =>
        invalid.length === 0 && servers.every(({ state }) => state === 'same' || state === 'extra') ? 0 : 1,
    },
    scope: 'admin',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: planSchema,
    errors: ERRORS,
    examples: [{ title: 'What apply would do', input: {} }],
    run: (_input, { app }) => app.openWebui.plan(),
  }),
  defineSystemOperation({
    id: 'apply_tool_servers',
    title: 'Register the tool servers',
    description:
      'Writes what is missing or changed into Open WebUI’s list and has Open WebUI verify it. Connections of others stay as they are; one that was edited there is left alone unless it is named in restore.',
    http: { method: 'POST', path: '/api/open-webui/tools/apply' },
    cli: {
      command: ['tools', 'apply'],
      render: renderApplied,
      exitCode: ({ servers }) => (servers.every(({ done, verified }) => done && verified !== false) ? 0 : 1),
    },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({
      restore: z
        .array(serverId)
        .max(100)
        .default([])
        .describe('Ids of servers that were edited in Open WebUI and are to be put back as the settings want them'),
    }),
    output: appliedSchema,
    errors: [...ERRORS, 'not-found', 'conflict'],
    examples: [
      { title: 'Register what is missing', input: {} },
      { title: 'Put back what someone edited there', input: { restore: ['hwc-ai-workflows'] } },
    ],
    run: ({ restore }, { app }) => app.openWebui.apply(restore),
  }),
  defineSystemOperation({
    id: 'verify_tool_servers',
    title: 'Verify the tool servers',
    description: 'Has Open WebUI itself reach its tool servers and read their tools, with the keys that it has.',
    http: { method: 'POST', path: '/api/open-webui/tools/verify' },
    cli: {
      command: ['tools', 'verify'],
      positional: ['server_id'],
      render: renderVerified,
      exitCode: ({ servers }) => (servers.every(({ ok }) => ok) ? 0 : 1),
    },
    scope: 'admin',
    recorded: false,
    mutates: false,
    input: z.object({
      server_id: serverId.optional().describe('Only this one; without it, every one of the settings'),
    }),
    output: verifiedSchema,
    errors: [...ERRORS, 'not-found'],
    examples: [
      { title: 'Ours and those of the settings', input: {} },
      { title: 'One', input: { server_id: 'hwc-ai-workflows' } },
    ],
    run: ({ server_id }, { app }) => app.openWebui.verify(server_id ?? null),
  }),
  defineSystemOperation({
    id: 'accept_tool_server',
    title: 'Take theirs',
    description:
      'Accepts a connection as someone edited it in Open WebUI, and remembers that: it counts as right until the settings or the connection change again.',
    http: { method: 'POST', path: '/api/open-webui/tools/:server_id/accept' },
    cli: { command: ['tools', 'accept'], positional: ['server_id'], render: (plan) => renderPlan(plan) },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({ server_id: serverId }),
    output: planSchema,
    errors: [...ERRORS, 'not-found'],
    examples: [],
    run: ({ server_id }, { app }) => app.openWebui.accept(server_id),
  }),
  defineSystemOperation({
    id: 'remove_tool_server',
    title: 'Remove a tool server',
    description:
      'Takes a connection that this app registered out of Open WebUI’s list and revokes the key made for it. Never touches a connection of someone else.',
    http: { method: 'DELETE', path: '/api/open-webui/tools/:server_id' },
    cli: {
      command: ['tools', 'remove'],
      positional: ['server_id'],
      render: ({ server_id, removed }) =>
        removed ? `Removed ${server_id} from Open WebUI.` : `${server_id} was not in Open WebUI’s list any more.`,
    },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({ server_id: serverId }),
    output: z.object({ server_id: z.string(), removed: z.boolean() }),
    errors: [...ERRORS, 'not-found', 'conflict'],
    examples: [],
    run: ({ server_id }, { app }) => app.openWebui.remove(server_id),
  }),
  defineSystemOperation({
    id: 'rotate_tool_key',
    title: 'Change the key',
    description:
      'Gives Open WebUI a new key for the tools of this app. The one before works an hour longer, so that chats which began with it finish.',
    http: { method: 'POST', path: '/api/open-webui/tools/rotate-key' },
    cli: { command: ['tools', 'rotate'], render: renderRotated },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({}),
    output: rotatedSchema,
    errors: [...ERRORS, 'not-found', 'conflict'],
    examples: [{ title: 'A new key', input: {} }],
    run: (_input, { app }) => app.openWebui.rotateKey(),
  }),
  defineSystemOperation({
    id: 'connect_open_webui',
    title: 'Connect Open WebUI',
    description:
      'Keeps an administrator’s token of Open WebUI, encrypted, after trying it. It is never shown again and only sent to the address it was given for. The command line takes the file of open-webui.adminTokenFile instead.',
    http: { method: 'PUT', path: '/api/open-webui/connection' },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({
      url: z
        .url({ protocol: /^https?$/ })
        .max(500)
        .optional()
        .describe('Address of Open WebUI; left out, that of the settings')
        .meta({ example: 'http://127.0.0.1:3001' }),
      token: z
        .string()
        .trim()
        .min(1)
        .max(4000)
        .describe('In Open WebUI as an administrator: Settings, Account, API keys (or the JWT token there)'),
    }),
    output: connectionSchema,
    errors: ['open-webui-unreachable', 'open-webui-refused', 'open-webui-error', 'settings-invalid', 'conflict'],
    examples: [],
    run: ({ url, token }, { app, principal }) =>
      app.openWebui.connect({
        url: url ?? null,
        token,
        setUrl: (value) => app.settingsManager.set('open-webui.url', value, principal.name),
      }),
  }),
  defineSystemOperation({
    id: 'disconnect_open_webui',
    title: 'Disconnect Open WebUI',
    description:
      'Forgets the administrator’s token. What is registered in Open WebUI stays there and goes on working; remove it first if it should not.',
    http: { method: 'DELETE', path: '/api/open-webui/connection' },
    cli: { command: ['tools', 'disconnect'], render: ({ hint }) => `Forgot the token. ${hint ?? ''}`.trim() },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({}),
    output: connectionSchema,
    examples: [],
    run: (_input, { app }) => app.openWebui.disconnect(),
  }),
]
