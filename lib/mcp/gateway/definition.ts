/** What the gateway needs to know of a server, whatever the settings call it. */
import type { Settings } from '../../config/index.ts'
import { parseTimeSpan } from '../../schedule/index.ts'
import { filesystemServer } from './filesystem.ts'
import type { JsonObject } from './jsonrpc.ts'

const MINUTE_MS = 60_000
/** Longest time a timer takes, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1

export interface StdioTransport {
  kind: 'stdio'
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
  envFile: string | null
  readOnlyPaths: readonly string[]
  readWritePaths: readonly string[]
  network: boolean
  /** All sessions use one process. */
  shared: boolean
  /** MiB. */
  memoryMax: number
  /** Percent of one core. */
  cpuQuota: number
}

export interface HttpTransport {
  kind: 'http'
  url: string
  keyFile: string | null
}

export interface ServerDefinition {
  name: string
  description: string
  builtIn: boolean
  enabled: boolean
  transport: StdioTransport | HttpTransport
  /** Null: all. */
  allowedTools: ReadonlySet<string> | null
  /** Milliseconds. */
  idleMs: number
  callMs: number
  /** What has to be there before it is started. */
  prepare?: () => void
  /** Says why a call is refused whose arguments ask for too much; null when it may go on. */
  refuses?: (tool: string, args: JsonObject) => Promise<string | null>
}

type ServerSettings = Settings['mcp']['servers'][string]

function transportOf(settings: ServerSettings): StdioTransport | HttpTransport | null {
  const { command, url, keyFile } = settings
  if (url !== null) return { kind: 'http', url, keyFile }
  if (command === null) return null
  const { args, env, envFile, readOnlyPaths, readWritePaths, network, shared, memoryMax, cpuQuota } = settings
  const limits = { network, shared, memoryMax, cpuQuota }
  return { kind: 'stdio', command, args, env, envFile, readOnlyPaths, readWritePaths, ...limits }
}

/** Every server that the settings name, enabled or not. */
export function serversOf(settings: Settings): ServerDefinition[] {
  const configured = Object.entries(settings.mcp.servers).flatMap(([name, server]): ServerDefinition[] => {
    const transport = transportOf(server)
    if (transport === null) return []
    return [
      {
        name,
        description: server.description,
        builtIn: false,
        enabled: settings.mcp.enable && server.enable,
        transport,
        allowedTools: server.allowedTools === null ? null : new Set(server.allowedTools),
        idleMs: Math.min(LONGEST_MS, parseTimeSpan(server.idleTimeout) ?? 10 * MINUTE_MS),
        callMs: Math.min(LONGEST_MS, parseTimeSpan(server.callTimeout) ?? 5 * MINUTE_MS),
      },
    ]
  })
  return [...configured, filesystemServer(settings)]
}
