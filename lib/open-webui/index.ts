/** Open WebUI's list of tool servers: what it should hold, what it holds, and making the one into the other. */
import type { ApiKeys } from '../auth/index.ts'
import type { Settings } from '../config/index.ts'
import type { Logger } from '../logging/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { Store } from '../store/index.ts'

export interface OpenWebuiOptions {
  settings: () => Settings
  store: Store
  keys: ApiKeys
  secrets: Secrets
  now: () => Date
  log: Logger
}

export class OpenWebui {
  readonly #options: OpenWebuiOptions

  constructor(options: OpenWebuiOptions) {
    this.#options = options
  }

  /** Address of Open WebUI, without a slash at the end. */
  get url(): string {
    const { url, port } = this.#options.settings()['open-webui']
    return (url ?? `http://127.0.0.1:${port}`).replace(/\/+$/, '')
  }
}
