/** The gateway: MCP servers of this machine, started when they are called, watched, limited and stopped when idle. */
import type { Calls } from '../../calls/index.ts'
import type { Settings } from '../../config/index.ts'
import type { Logger } from '../../logging/index.ts'

export interface GatewayOptions {
  settings: () => Settings
  stateDir: string
  calls: Calls
  now: () => Date
  log: Logger
}

export class McpGateway {
  readonly #options: GatewayOptions

  constructor(options: GatewayOptions) {
    this.#options = options
  }

  /** Stops every server that it started. */
  stop(): Promise<void> {
    this.#options.log.debug('the gateway stops')
    return Promise.resolve()
  }
}
