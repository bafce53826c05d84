/**
 * Health checks of the MCP servers. A program that nobody has called is not started for its check: then it is enough that it is
 * installed and that its last start went well.
 */
import { isLoopback } from '../config/index.ts'
import { AppError } from '../errors/index.ts'
import { type Check, type CheckSource, type Outcome, ok, trouble } from '../health/types.ts'
import { findProgram } from './gateway/command.ts'
import type { StdioTransport } from './gateway/definition.ts'
import type { GatewayServer, McpGateway } from './gateway/index.ts'

const LOG = (name: string) => `hwc-ai mcp log ${name} shows what it said; hwc-ai mcp call ${name} TOOL tries it.`

/** Whether an idle program could be started. */
function installed(name: string, transport: StdioTransport): Outcome {
  const expected = `${transport.command} is installed`
  try {
    return ok(
      expected,
      `it is, and starts at the next call (${findProgram(transport.command, process.env['PATH'] ?? '')})`,
    )
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return trouble('down', expected, error.message.replace(/\.$/, ''), error.hint ?? LOG(name))
  }
}

async function answers(server: GatewayServer): Promise<Outcome> {
  const { name } = server.definition
  const expected = 'it lists its tools'
  try {
    const tools = await server.listTools(true)
    return ok(expected, `${tools.length} tools`)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const status = error.code === 'mcp-timeout' ? 'degraded' : 'down'
    return trouble(status, expected, error.message.replace(/\.$/, ''), error.hint ?? LOG(name))
  }
}

async function check(server: GatewayServer): Promise<Outcome> {
  const { name, transport } = server.definition
  const { state, detail, processes } = server.status()
  if (transport.kind === 'http') return answers(server)
  if (state === 'waiting' || state === 'failed') {
    const there = installed(name, transport)
    if (there.status !== 'ok') return there
    return trouble('down', 'it runs, or can be started', `it does not: ${detail ?? 'it crashed'}`, LOG(name))
  }
  return processes.some(({ use }) => use === 'shared') ? answers(server) : installed(name, transport)
}

function serverCheck(server: GatewayServer): Check {
  const { name } = server.definition
  return { id: `mcp-${name}`, title: `MCP server ${name}`, timeoutMs: 30_000, run: () => check(server) }
}

/** The gateway's own listener. Another process than the server does not have it, and cannot tell. */
function listenerCheck(gateway: McpGateway, host: string, port: number): Check {
  const expected = `the MCP proxy listens on ${host}:${port}`
  return {
    id: 'mcp-proxy',
    title: 'The MCP proxy',
    run: () => {
      const { state, reason, url } = gateway.listener
      if (state === 'listening')
        return Promise.resolve(
          ok(expected, `it does${isLoopback(host) ? '' : ', reachable from other machines'} (${url ?? ''})`),
        )
      const why = reason ?? 'this process does not serve'
      const hint = 'Stop what has the port, or set hwc.ai.mcp.proxy.port to a free one.'
      return Promise.resolve(trouble(state === 'failed' ? 'down' : 'unknown', expected, why, hint))
    },
  }
}

/** The checks of a gateway; the core adds them to its health. */
export function mcpChecks(gateway: McpGateway): CheckSource {
  return {
    id: 'mcp',
    prefix: 'mcp-',
    list: ({ settings }) => {
      const { enable, proxy } = settings().mcp
      if (!enable) return []
      const servers = gateway.servers().filter(({ definition }) => definition.enabled)
      return [
        ...(proxy.enable ? [listenerCheck(gateway, proxy.host, proxy.port)] : []),
        ...servers.map((server) => serverCheck(server)),
      ]
    },
  }
}
