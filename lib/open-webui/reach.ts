/** How this app reaches Open WebUI: the address, the administrator's token, and what is known of both. */
import type { Settings } from '../config/index.ts'
import { AppError } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'
import type { Secrets } from '../secrets/index.ts'
import { OpenWebuiClient } from './client.ts'
import { connectionState } from './connection-state.ts'
import type { ConnectionOut } from './schemas.ts'
import { Tokens } from './token.ts'

export interface ConnectRequest {
  /** Null: that of the settings. */
  url: string | null
  token: string
  /** Writes the address into the settings. */
  setUrl: (url: string) => Promise<void>
}

export interface ReachOptions {
  settings: () => Settings['open-webui']
  secrets: Secrets
  /** Address at which Open WebUI reaches this app. */
  selfUrl: () => Promise<string>
  log: Logger
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

export class Reach {
  readonly #options: ReachOptions
  readonly #tokens: Tokens
  #hasStored = false

  constructor(options: ReachOptions) {
    this.#options = options
    this.#tokens = new Tokens(options.secrets, options.settings)
  }

  /** Address of Open WebUI, without a slash at the end. */
  get url(): string {
    const { url, port } = this.#options.settings()
    return withoutSlash(url ?? `http://127.0.0.1:${port}`)
  }

  /** Reads whether a token is kept, so that {@link hasToken} can tell at once. */
  async loadTokenSource(): Promise<void> {
    this.#hasStored = (await this.#tokens.source()) === 'stored'
  }

  /** Whether there is a token: someone has connected Open WebUI. */
  get hasToken(): boolean {
    return this.#hasStored || this.#options.settings().adminTokenFile !== null
  }

  /** @throws AppError `not-connected` */
  async client(): Promise<OpenWebuiClient> {
    return new OpenWebuiClient(this.url, (await this.#tokens.read(this.url)).secret)
  }

  /** How this app stands with Open WebUI. Never throws: whatever is wrong is the answer. */
  async state(signal?: AbortSignal): Promise<ConnectionOut> {
    const known = { url: this.url, token: await this.#tokens.source(), self_url: await this.#options.selfUrl() }
    return connectionState(known, () => this.client(), signal)
  }

  /**
   * Tries a token and keeps it, sealed.
   * @throws AppError `open-webui-refused` when it is not an administrator's
   */
  async connect({ url, token, setUrl }: ConnectRequest): Promise<ConnectionOut> {
    const { settings, log } = this.#options
    if (settings().adminTokenFile !== null)
      throw new AppError('conflict', 'The token comes from the file that open-webui.adminTokenFile names.', {
        hint: 'Put the new token into that file, or reset the setting.',
      })
    const address = url === null ? this.url : withoutSlash(url)
    const { name, role } = await new OpenWebuiClient(address, token).user()
    if (role !== 'admin')
      throw new AppError('open-webui-refused', `The token is ${name}’s, who is not an administrator of Open WebUI.`, {
        hint: 'Give a token of an administrator.',
      })
    if (address !== this.url) await setUrl(address)
    await this.#tokens.keep(address, token)
    this.#hasStored = true
    log.info('connected Open WebUI', { url: address })
    return this.state()
  }

  /** Forgets the token. */
  async disconnect(): Promise<ConnectionOut> {
    await this.#tokens.forget()
    this.#hasStored = false
    return this.state()
  }
}
