/** The gateway: MCP servers of this machine, started when they are called, watched, limited and stopped when idle. */
import type { Calls } from '../../calls/index.ts'
import type { Settings } from '../../config/index.ts'
import { AppError } from '../../errors/index.ts'
import type { Logger } from '../../logging/index.ts'
import { didYouMean } from '../../text/nearest.ts'
import { VERSION } from '../../version.ts'
import { AddressServer } from './address.ts'
import { type ServerDefinition, serversOf } from './definition.ts'
import { ProgramServer } from './program.ts'
import { type Means, probeMeans } from './protection.ts'
import { RateLimit } from '../../http/rate-limit.ts'
import type { GatewayServer } from './server.ts'
import { ToolGate } from './tools.ts'
import { UnitServer, unitSocket } from './units.ts'

export type { GatewayServer, ServerStatus } from './server.ts'
export type { Tool, ToolResult } from './tools.ts'

export interface GatewayOptions {
  settings: () => Settings
  stateDir: string
  calls: Calls
  now: () => Date
  log: Logger
  /** Folder with the sockets of the servers that systemd runs; null where the gateway starts them all itself. */
  sockets?: string | null
  /** What limits work here; in place of trying them, for tests. */
  means?: () => Promise<Means>
}

/** State of the gateway's own listener. */
export interface ListenerState {
  state: 'off' | 'listening' | 'failed'
  reason: string | null
  /** Where it really listens, e.g. `http://127.0.0.1:6001`. */
  url: string | null
}

export class McpGateway {
  readonly #options: GatewayOptions
  readonly #servers = new Map<string, ProgramServer | AddressServer>()
  #settings: Settings | null = null
  #means: Promise<Means> | null = null
  /** Of all listeners together. */
  readonly limit = new RateLimit(() => performance.now())
  listener: ListenerState = { state: 'off', reason: null, url: null }

  constructor(options: GatewayOptions) {
    this.#options = options
  }

  /** Every server that the settings name, enabled or not. */
  servers(): GatewayServer[] {
    this.refresh()
    return [...this.#servers.values()]
  }

  /** @throws AppError `not-found` */
  server(name: string): GatewayServer {
    this.refresh()
    const found = this.#servers.get(name)
    if (found !== undefined) return found
    throw new AppError('not-found', `There is no MCP server "${name}".${didYouMean(name, this.#servers.keys())}`, {
      hint: 'hwc-ai mcp list shows those there are.',
    })
  }

  /** Whether the settings name a server so. */
  has(name: string): boolean {
    this.refresh()
    return this.#servers.has(name)
  }

  /** A server that may be called. @throws AppError `not-found` when it is off, too */
  offered(name: string): GatewayServer {
    const server = this.server(name)
    if (server.definition.enabled) return server
    throw new AppError('not-found', `The MCP server "${name}" is off.`, {
      hint: this.#options.settings().mcp.enable
        ? 'Enable it in its settings.'
        : 'hwc.ai.mcp.enable turns the gateway on.',
    })
  }

  /** Takes over changed settings: servers that are others now, or gone, end. */
  refresh(): void {
    const settings = this.#options.settings()
    if (settings === this.#settings) return
    this.#settings = settings
    const wanted = new Map(serversOf(settings).map((definition) => [definition.name, definition]))
    for (const [name, server] of this.#servers) {
      const definition = wanted.get(name)
      if (definition !== undefined && sameServer(server.definition, definition)) continue
      this.#servers.delete(name)
      server
        .end()
        .catch((error: unknown) => this.#options.log.error('an MCP server did not end', { server: name, error }))
    }
    for (const [name, definition] of wanted)
      if (!this.#servers.has(name)) this.#servers.set(name, this.#create(definition))
  }

  #create(definition: ServerDefinition): ProgramServer | AddressServer {
    const { calls, now, log, stateDir } = this.#options
    const gate = new ToolGate(definition, calls, now)
    const { transport } = definition
    if (transport.kind === 'http') return new AddressServer({ definition, transport, version: VERSION, now }, gate)
    const socket = unitSocket(definition, this.#options.sockets ?? null)
    if (socket !== null)
      return new UnitServer({ definition, transport, version: VERSION, stateDir, now, log }, gate, socket)
    const means = () => this.means()
    return new ProgramServer({ definition, transport, version: VERSION, stateDir, means, now, log }, gate)
  }

  /** Hands over what was recorded of calls, so that figures are right. */
  flush(): void {
    for (const server of this.#servers.values()) server.gate.flush()
  }

  /** What of the limits works on this machine; tried once. */
  means(): Promise<Means> {
    this.#means ??= (this.#options.means ?? probeMeans)()
    return this.#means
  }

  /** Stops every server that it started. */
  async stop(): Promise<void> {
    const servers = [...this.#servers.values()]
    this.#servers.clear()
    this.#settings = null
    await Promise.all(servers.map((server) => server.end()))
  }
}

function plain(definition: ServerDefinition): string {
  const { allowedTools } = definition
  return JSON.stringify({ ...definition, allowedTools: allowedTools === null ? null : [...allowedTools] })
}

function sameServer(before: ServerDefinition, after: ServerDefinition): boolean {
  return plain(before) === plain(after)
}
