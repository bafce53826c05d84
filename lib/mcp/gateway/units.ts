/**
 * Servers that systemd runs, each in a hardened unit of its own: systemd listens on a socket and starts the program for a
 * connection (systemd.socket(5), `Accept=yes`), and the gateway connects in place of starting it. The exported NixOS modules
 * set it up so, since the app's own unit may neither make sandboxes nor set bounds; `HWC_AI_MCP_SOCKETS` names the folder.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Protection } from '../schemas.ts'
import type { ServerDefinition, StdioTransport } from './definition.ts'
import { ProgramServer } from './program.ts'
import type { Means } from './protection.ts'
import type { StdioServerOptions } from './stdio-server.ts'
import type { ToolGate } from './tools.ts'

/** What holds the program back is its unit; the connection to it needs nothing. */
const NO_MEANS: Means = { bubblewrap: false, systemd: null, setpriv: false }

/** Joins standard input and output to a socket. It ends when the program does, and with 1 when there is none. */
const CONNECT = `
const socket = require('node:net').connect(process.argv[1])
socket.on('error', (error) => { console.error(error.message); process.exitCode = 1; process.stdin.destroy() })
process.stdin.pipe(socket)
socket.pipe(process.stdout)
socket.on('close', () => process.stdin.destroy())
`

/** The socket of a server's unit; null where systemd does not run it. */
export function unitSocket({ name, transport }: ServerDefinition, folder: string | null): string | null {
  if (folder === null || transport.kind !== 'stdio') return null
  const path = join(folder, `${name}.sock`)
  return existsSync(path) ? path : null
}

/** The environment and the secrets of the program are its unit's: they do not go through here. */
function connection(transport: StdioTransport, socket: string): StdioTransport {
  return { ...transport, command: process.execPath, args: ['--eval', CONNECT, socket], env: {}, envFile: null }
}

function unitProtection(name: string, { network, memoryMax, cpuQuota }: StdioTransport): Protection {
  const unit = `hwc-ai-mcp-${name}@.service`
  return {
    filesystem: `what its unit shows it: the system read-only, the folders that are set, nothing private (systemd, ${unit})`,
    network: network ? 'where this app may go, too (systemd)' : 'none at all, not even this machine (systemd)',
    memory: `at most ${memoryMax} MiB with all it starts (systemd)`,
    cpu: `at most ${cpuQuota} % of one core (systemd)`,
    lifetime: 'ends with its connection to the app, with all it started (systemd)',
  }
}

export class UnitServer extends ProgramServer {
  readonly #protection: Protection

  constructor(
    options: Omit<StdioServerOptions, 'onListChanged' | 'means'>,
    gate: ToolGate,
    /** Path of the unit's socket. */
    socket: string,
  ) {
    const { transport, definition } = options
    super({ ...options, transport: connection(transport, socket), means: () => Promise.resolve(NO_MEANS) }, gate)
    this.#protection = unitProtection(definition.name, transport)
  }

  override protection(): Promise<Protection> {
    return Promise.resolve(this.#protection)
  }
}
