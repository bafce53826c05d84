/** The operations on the MCP servers of this machine: which there are, trying one, starting and stopping, adding and removing. */
import * as z from 'zod'
import { defineSystemOperation, type SystemContext } from '../system/context.ts'
import type { AnyOperation } from '../operations/types.ts'
import { removeServer, serverSettings, setServer } from './edit.ts'
import { renderCalled, renderGateway, renderLog } from './render.ts'
import {
  calledSchema,
  gatewaySchema,
  logSchema,
  SERVER_NAME,
  serverDetailSchema,
  serverSchema,
  serverSettingsSchema,
  serverSettingsShape,
} from './schemas.ts'
import { logOf, seenElsewhere } from './seen.ts'
import { type ViewSources, viewGateway, viewServer } from './view.ts'

const server = { server: SERVER_NAME }

function sourcesOf({ app, store, now }: SystemContext): ViewSources {
  const { gateway, calls, registry, settingsManager } = app
  const server = app.server()
  const address = server?.address ?? null
  return { gateway, calls, registry, settingsManager, store, now, serves: server !== null, address }
}

function processOperation(action: 'start' | 'stop' | 'restart', title: string, description: string): AnyOperation {
  return defineSystemOperation({
    id: `${action}_mcp_server`,
    title,
    description,
    http: { method: 'POST', path: `/api/mcp/servers/:server/${action}` },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object(server),
    output: serverSchema,
    errors: ['not-found', 'conflict', 'mcp-server'],
    examples: [],
    run: async ({ server: name }, context) => {
      const found = action === 'stop' ? context.app.gateway.server(name) : context.app.gateway.offered(name)
      if (action !== 'start') await found.stop()
      if (action !== 'stop') await found.start()
      return (await viewServer(sourcesOf(context), name)).server
    },
  })
}

/** MCP servers: listed, tried by hand, started and stopped, added and removed. */
export const mcpOperations: readonly AnyOperation[] = [
  defineSystemOperation({
    id: 'list_mcp_servers',
    title: 'MCP servers',
    description:
      'Every MCP server of this machine: its address, who may use it, whether it runs, its tools, what holds it back, and how often it was called. Never a secret.',
    http: { method: 'GET', path: '/api/mcp/servers' },
    cli: { command: ['mcp', 'list'], render: renderGateway },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: gatewaySchema,
    examples: [{ title: 'All', input: {} }],
    run: (_input, context) => viewGateway(sourcesOf(context)),
  }),
  defineSystemOperation({
    id: 'get_mcp_server',
    title: 'One MCP server',
    description:
      'One server with its calls of each day and the latest of them. With refresh it is asked for its tools first.',
    http: { method: 'GET', path: '/api/mcp/servers/:server' },
    cli: { command: ['mcp', 'show'], positional: ['server'] },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({
      ...server,
      refresh: z.boolean().default(false).describe('Start it if need be and ask for its tools'),
    }),
    output: serverDetailSchema,
    errors: ['not-found', 'mcp-server'],
    examples: [],
    run: async ({ server: name, refresh }, context) => {
      if (refresh) await context.app.gateway.offered(name).listTools(true)
      const { server: view, ...history } = await viewServer(sourcesOf(context), name)
      return { ...view, ...history }
    },
  }),
  defineSystemOperation({
    id: 'call_mcp_tool',
    title: 'Try a tool',
    description:
      'Calls one tool of a server by hand, as the admin. The allow list holds here too. What the tool answers comes back as it is.',
    http: { method: 'POST', path: '/api/mcp/servers/:server/call' },
    cli: {
      command: ['mcp', 'call'],
      positional: ['server', 'tool'],
      render: renderCalled,
      exitCode: ({ is_error }) => (is_error ? 1 : 0),
    },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({
      ...server,
      tool: z.string().min(1).max(200).describe('Name of the tool'),
      arguments: z.record(z.string(), z.unknown()).default({}).describe('Its arguments, as a JSON object'),
    }),
    output: calledSchema,
    errors: ['not-found', 'forbidden', 'mcp-server', 'mcp-timeout'],
    examples: [],
    run: async ({ server: name, tool, arguments: args }, { app, principal }) => {
      const began = performance.now()
      const argumentsJson = JSON.stringify(args)
      const called = app.gateway.offered(name)
      const { isError, ...result } = await called.callTool({ tool, args, argumentsJson, principal, face: 'mcp' })
      const duration_ms = Math.round(performance.now() - began)
      return { server: name, tool, duration_ms, is_error: isError, ...result }
    },
  }),
  defineSystemOperation({
    id: 'get_mcp_log',
    title: 'Log of an MCP server',
    description: 'What the program wrote to its standard error, and when it was started, stopped or crashed.',
    http: { method: 'GET', path: '/api/mcp/servers/:server/log' },
    cli: { command: ['mcp', 'log'], positional: ['server'], render: renderLog },
    scope: 'admin',
    recorded: false,
    mutates: false,
    input: z.object(server),
    output: logSchema,
    errors: ['not-found'],
    examples: [],
    run: async ({ server: name }, { app, store }) => {
      const log = logOf(app.gateway.server(name))
      const note = app.server() === null ? await seenElsewhere(store) : null
      return { server: name, ...(note?.servers[name]?.log ?? log) }
    },
  }),
  processOperation(
    'start',
    'Start an MCP server',
    'Starts the program now instead of at the first call. Ends a wait after a crash.',
  ),
  processOperation('stop', 'Stop an MCP server', 'Ends its processes; the next call starts it again.'),
  processOperation(
    'restart',
    'Restart an MCP server',
    'Ends its processes and starts one anew. Calls that run end with an error.',
  ),
  defineSystemOperation({
    id: 'get_mcp_server_settings',
    title: 'Settings of an MCP server',
    description: 'How a server is set up, for a form that changes it.',
    http: { method: 'GET', path: '/api/mcp/servers/:server/settings' },
    scope: 'admin',
    recorded: false,
    mutates: false,
    input: z.object(server),
    output: serverSettingsSchema,
    errors: ['not-found'],
    examples: [],
    run: ({ server: name }, { app }) => Promise.resolve(serverSettings(app.settingsManager, name)),
  }),
  defineSystemOperation({
    id: 'set_mcp_server',
    title: 'Add or change an MCP server',
    description:
      'Adds a server to the gateway, or changes one that was added here: a command that speaks over standard input, or an address. Those that the configuration of the machine declares are changed there.',
    http: { method: 'PUT', path: '/api/mcp/servers/:server' },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({ ...server, ...serverSettingsShape }),
    output: serverSchema,
    errors: ['conflict', 'settings-invalid'],
    examples: [{ title: 'A wiki', input: { server: 'wiki', url: 'http://127.0.0.1:8931/mcp' } }],
    run: async ({ server: name, ...fields }, context) => {
      await setServer(context.app.settingsManager, name, fields, context.principal.name)
      return (await viewServer(sourcesOf(context), name)).server
    },
  }),
  defineSystemOperation({
    id: 'remove_mcp_server',
    title: 'Remove an MCP server',
    description: 'Takes a server that was added here from the gateway and ends its processes.',
    http: { method: 'DELETE', path: '/api/mcp/servers/:server' },
    cli: { command: ['mcp', 'remove'], positional: ['server'], render: ({ server: name }) => `Removed ${name}.` },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object(server),
    output: z.object({ server: z.string(), removed: z.literal(true) }),
    errors: ['not-found', 'conflict'],
    examples: [],
    run: async ({ server: name }, { app, principal }) => {
      await removeServer(app.settingsManager, name, principal.name)
      return { server: name, removed: true as const }
    },
  }),
]
