/** Open WebUI's list of tool servers: what it should hold, what it holds, and making the one into the other. */
import type { ApiKeys } from '../auth/index.ts'
import type { Calls } from '../calls/index.ts'
import type { Settings } from '../config/index.ts'
import type { Logger } from '../logging/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { Store } from '../store/index.ts'
import type { OpenWebuiClient } from './client.ts'
import { keepRegistered } from './keep.ts'
import { listServers } from './list.ts'
import { look, type Look, serverIn } from './look.ts'
import { planServers } from './plan.ts'
import { type ConnectRequest, Reach } from './reach.ts'
import { Registrations } from './registrations.ts'
import type { Applied, ConnectionOut, Plan, Rotated, ServerList, Verified } from './schemas.ts'
import { selfUrl } from './self-url.ts'
import { Verifier } from './verify.ts'
import { verifyServers } from './verify-servers.ts'
import { Writer } from './writer.ts'

export interface OpenWebuiOptions {
  settings: () => Settings
  store: Store
  keys: ApiKeys
  secrets: Secrets
  calls: Calls
  /** The OpenAPI document of our own tools. */
  ownDocument: () => unknown
  /** This process's own server, when it is one. */
  server: () => string | null
  now: () => Date
  log: Logger
}

export class OpenWebui {
  readonly #options: OpenWebuiOptions
  readonly #reach: Reach
  readonly #registrations: Registrations
  readonly #verifier: Verifier
  readonly #writer: Writer

  constructor(options: OpenWebuiOptions) {
    const { secrets, store, keys, now, log } = options
    this.#options = options
    this.#reach = new Reach({ settings: () => this.#settings, secrets, selfUrl: () => this.selfUrl(), log })
    this.#registrations = new Registrations(store)
    this.#verifier = new Verifier(now)
    this.#writer = new Writer({
      client: () => this.#reach.client(),
      look: (client, restore) => this.#look(client, restore),
      registrations: this.#registrations,
      verifier: this.#verifier,
      keys,
      now,
      log,
    })
  }

  get #settings() {
    return this.#options.settings()['open-webui']
  }

  /** Address of Open WebUI, without a slash at the end. */
  get url(): string {
    return this.#reach.url
  }

  /** Address at which Open WebUI reaches this app, without a slash at the end. */
  selfUrl(): Promise<string> {
    const { settings, store, server } = this.#options
    return selfUrl(settings(), store, server())
  }

  /** Reads whether a token is kept, so that {@link hasToken} can tell at once. */
  loadTokenSource(): Promise<void> {
    return this.#reach.loadTokenSource()
  }

  /** Whether there is a token: someone has connected Open WebUI. */
  get hasToken(): boolean {
    return this.#reach.hasToken
  }

  async #look(client: OpenWebuiClient, restore: readonly string[], signal?: AbortSignal): Promise<Look> {
    return look({
      client,
      settings: this.#settings,
      selfUrl: await this.selfUrl(),
      keys: this.#options.keys,
      registrations: this.#registrations,
      restore,
      ...(signal === undefined ? {} : { signal }),
    })
  }

  /** How this app stands with Open WebUI. Never throws: whatever is wrong is the answer. */
  connection(signal?: AbortSignal): Promise<ConnectionOut> {
    return this.#reach.state(signal)
  }

  /** Everything the page shows; what is known when Open WebUI does not answer. */
  async list(): Promise<ServerList> {
    const { keys, calls, ownDocument, now } = this.#options
    return listServers({
      connection: (signal) => this.connection(signal),
      look: async (signal) => {
        const client = await this.#reach.client()
        return { client, look: await this.#look(client, [], signal) }
      },
      settings: this.#settings,
      selfUrl: await this.selfUrl(),
      registrations: this.#registrations,
      verifier: this.#verifier,
      keys,
      calls,
      ownDocument,
      now,
    })
  }

  /** @throws AppError `not-connected`, `open-webui-unreachable`, `open-webui-refused`, `open-webui-error` */
  async plan(): Promise<Plan> {
    const client = await this.#reach.client()
    const found = await this.#look(client, [])
    return planServers(await this.connection(), found, (standing, signal) =>
      this.#verifier.recall(client, standing, signal),
    )
  }

  /**
   * Writes what is missing or changed; what was edited there only for the ids of `restore`.
   * @throws AppError `not-found`, `conflict` when someone else writes the list, and those of {@link plan}
   */
  apply(restore: readonly string[]): Promise<Applied> {
    return this.#writer.apply(restore)
  }

  /** Keeps the list as declared while the settings name the file of a token. @returns what ends it */
  keep(): () => Promise<void> {
    return keepRegistered({
      isDeclared: () => this.#settings.adminTokenFile !== null,
      apply: () => this.apply([]),
      log: this.#options.log,
    })
  }

  /** Has Open WebUI try one server, or every one of the settings. */
  async verify(id: string | null): Promise<Verified> {
    const client = await this.#reach.client()
    const found = await this.#look(client, [])
    const servers = id === null ? found.servers.filter(({ about }) => about.wanted) : [serverIn(found, id)]
    this.#verifier.clear()
    return verifyServers(client, found, servers, this.#verifier)
  }

  /** Takes a connection as it stands for right. */
  async accept(id: string): Promise<Plan> {
    await this.#writer.accept(id)
    return this.plan()
  }

  /** Takes a connection that this app registered out of the list, and its key away. */
  remove(id: string): Promise<{ server_id: string; removed: boolean }> {
    return this.#writer.remove(id)
  }

  /** Gives our own connection a new key; the one before works on for a while. */
  rotateKey(): Promise<Rotated> {
    return this.#writer.rotateKey()
  }

  /**
   * Tries a token and keeps it, sealed.
   * @throws AppError `open-webui-refused` when it is not an administrator's
   */
  connect(request: ConnectRequest): Promise<ConnectionOut> {
    return this.#reach.connect(request)
  }

  /** Forgets the token. */
  async disconnect(): Promise<ConnectionOut> {
    const state = await this.#reach.disconnect()
    this.#verifier.clear()
    return state
  }
}
