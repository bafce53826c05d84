/** Open WebUI's list of tool servers: what it should hold, what it holds, and making the one into the other. */
import type { ApiKeys } from '../auth/index.ts'
import type { Calls } from '../calls/index.ts'
import type { Settings } from '../config/index.ts'
import { AppError } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { Store } from '../store/index.ts'
import { applyServers, type ApplyResult } from './apply.ts'
import { OpenWebuiClient } from './client.ts'
import { connectionState } from './connection-state.ts'
import { OWN_ID } from './desired.ts'
import { keepRegistered } from './keep.ts'
import { listServers } from './list.ts'
import { look, type Look } from './look.ts'
import { planServers } from './plan.ts'
import { Registrations } from './registrations.ts'
import type { Applied, ConnectionOut, Plan, Rotated, ServerList, Verified } from './schemas.ts'
import { selfUrl } from './self-url.ts'
import { Tokens } from './token.ts'
import { Verifier } from './verify.ts'
import { verifyServers } from './verify-servers.ts'
import { KEY_GRACE_MS, KEY_NAME } from './write.ts'

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

export interface ConnectRequest {
  /** Null: that of the settings. */
  url: string | null
  token: string
  /** Writes the address into the settings. */
  setUrl: (url: string) => Promise<void>
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

export class OpenWebui {
  readonly #options: OpenWebuiOptions
  readonly #tokens: Tokens
  readonly #registrations: Registrations
  readonly #verifier: Verifier
  #hasStored = false
  /** One writer at a time. */
  #writing: Promise<unknown> = Promise.resolve()

  constructor(options: OpenWebuiOptions) {
    this.#options = options
    this.#tokens = new Tokens(options.secrets, () => this.#settings)
    this.#registrations = new Registrations(options.store)
    this.#verifier = new Verifier(options.now)
  }

  get #settings() {
    return this.#options.settings()['open-webui']
  }

  /** Address of Open WebUI, without a slash at the end. */
  get url(): string {
    const { url, port } = this.#settings
    return withoutSlash(url ?? `http://127.0.0.1:${port}`)
  }

  /** Address at which Open WebUI reaches this app, without a slash at the end. */
  selfUrl(): Promise<string> {
    const { settings, store, server } = this.#options
    return selfUrl(settings(), store, server())
  }

  /** Reads whether a token is kept, so that {@link hasToken} can tell at once. */
  async loadTokenSource(): Promise<void> {
    this.#hasStored = (await this.#tokens.source()) === 'stored'
  }

  /** Whether there is a token: someone has connected Open WebUI. */
  get hasToken(): boolean {
    return this.#hasStored || this.#settings.adminTokenFile !== null
  }

  /** @throws AppError `not-connected` */
  async #client(): Promise<OpenWebuiClient> {
    return new OpenWebuiClient(this.url, (await this.#tokens.read(this.url)).secret)
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
  async connection(signal?: AbortSignal): Promise<ConnectionOut> {
    const known = { url: this.url, token: await this.#tokens.source(), self_url: await this.selfUrl() }
    return connectionState(known, () => this.#client(), signal)
  }

  /** Everything the page shows; what is known when Open WebUI does not answer. */
  async list(): Promise<ServerList> {
    const { keys, calls, ownDocument, settings, now } = this.#options
    return listServers({
      connection: (signal) => this.connection(signal),
      look: async (signal) => {
        const client = await this.#client()
        return { client, look: await this.#look(client, [], signal) }
      },
      settings: settings()['open-webui'],
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
    const client = await this.#client()
    const found = await this.#look(client, [])
    return planServers(await this.connection(), found, (standing, signal) =>
      this.#verifier.recall(client, standing, signal),
    )
  }

  /** Lets one write after the other. */
  async #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#writing.then(work, work)
    this.#writing = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.#verifier.clear()
    }
  }

  #applied(client: OpenWebuiClient, change: (found: Look) => Look, restore: readonly string[]): Promise<ApplyResult> {
    const { keys, now, log } = this.#options
    return applyServers({
      client,
      look: async () => change(await this.#look(client, restore)),
      registrations: this.#registrations,
      verifier: this.#verifier,
      keys,
      now,
      log,
    })
  }

  /**
   * Writes what is missing or changed; what was edited there only for the ids of `restore`.
   * @throws AppError `not-found`, `conflict` when someone else writes the list, and those of {@link plan}
   */
  async apply(restore: readonly string[]): Promise<Applied> {
    return this.#alone(async () => {
      const { servers, written } = await this.#applied(
        await this.#client(),
        (found) => {
          for (const id of restore) this.#find(found, id)
          return found
        },
        restore,
      )
      return { servers, written }
    })
  }

  /** Keeps the list as declared while the settings name the file of a token. @returns what ends it */
  keep(): () => Promise<void> {
    return keepRegistered({
      isDeclared: () => this.#settings.adminTokenFile !== null,
      apply: () => this.apply([]),
      log: this.#options.log,
    })
  }

  #find(found: Look, id: string) {
    const server = found.servers.find(({ about }) => about.id === id)
    if (server !== undefined) return server
    throw new AppError('not-found', `There is no tool server "${id}", neither in the settings nor in Open WebUI.`, {
      hint: 'hwc-ai tools list shows those that there are.',
    })
  }

  /** Has Open WebUI try one server, or every one of the settings. */
  async verify(id: string | null): Promise<Verified> {
    const client = await this.#client()
    const found = await this.#look(client, [])
    const servers = id === null ? found.servers.filter(({ about }) => about.wanted) : [this.#find(found, id)]
    this.#verifier.clear()
    return verifyServers(client, found, servers, this.#verifier)
  }

  /** Takes a connection as it stands for right. */
  async accept(id: string): Promise<Plan> {
    await this.#alone(async () => {
      const server = this.#find(await this.#look(await this.#client(), []), id)
      const { standing, facts, registration } = server
      if (standing === null || facts === null)
        throw new AppError(
          'conflict',
          `"${id}" is not both in the settings and in Open WebUI, so there is nothing to accept.`,
          {
            hint: 'To be rid of it, take it out of the settings, or: hwc-ai tools remove',
          },
        )
      await this.#registrations.save({
        id,
        wanted: facts,
        stands: standing.facts,
        keyId: registration?.keyId ?? null,
        appliedAt: this.#options.now(),
      })
    })
    return this.plan()
  }

  /** Takes a connection that this app registered out of the list, and its key away. */
  async remove(id: string): Promise<{ server_id: string; removed: boolean }> {
    return this.#alone(async () => {
      const client = await this.#client()
      const registration = (await this.#registrations.all()).get(id) ?? null
      const before = this.#find(await this.#look(client, []), id)
      if (registration === null && !before.about.wanted)
        throw new AppError('conflict', `"${id}" was not registered by this app, so it is not removed.`, {
          hint: 'Remove it in Open WebUI itself.',
        })
      await this.#applied(
        client,
        (found) => ({
          ...found,
          servers: found.servers
            .filter((server) => server.about.id === id && server.standing !== null)
            .slice(0, 1)
            .map((server) => ({ ...server, about: { ...server.about, action: 'remove' as const } })),
        }),
        [],
      )
      await this.#registrations.forget(id)
      await this.#endKeys(id, registration?.keyId ?? null)
      return { server_id: id, removed: before.standing !== null }
    })
  }

  /** Of our own connection also those that would work a while longer for the chats that began with them. */
  async #endKeys(id: string, keyId: string | null): Promise<void> {
    const { keys, now } = this.#options
    const retiring = [...(await keys.working()).values()].filter(
      ({ name, expires_at }) => id === OWN_ID && name === KEY_NAME && expires_at !== null,
    )
    for (const key of new Set([...(keyId === null ? [] : [keyId]), ...retiring.map((one) => one.id)]))
      await keys.retire(key, now())
  }

  /** Gives our own connection a new key; the one before works on for a while. */
  async rotateKey(): Promise<Rotated> {
    return this.#alone(async () => {
      const client = await this.#client()
      const found = await this.#look(client, [])
      const { about, standing } = this.#find(found, OWN_ID)
      if (standing === null || (about.state !== 'same' && about.state !== 'changed'))
        throw new AppError('conflict', `The key cannot be changed: ${about.why ?? 'it is not registered.'}`, {
          hint: about.hint ?? 'Register it first: hwc-ai tools apply',
        })
      const { newKeys } = await this.#applied(
        client,
        (now) => ({
          ...now,
          servers: now.servers
            .filter((server) => server.about.id === OWN_ID && server.standing !== null)
            .slice(0, 1)
            .map((server) => ({
              ...server,
              about: { ...server.about, action: 'update' as const },
              writes: [...new Set([...server.writes, 'key' as const])],
            })),
        }),
        [],
      )
      const made = newKeys.get(OWN_ID)
      if (made === undefined) throw new AppError('internal', 'No key was made.')
      const before = found.registrations.get(OWN_ID)?.keyId ?? null
      const until = new Date(this.#options.now().getTime() + KEY_GRACE_MS).toISOString()
      return { key_id: made, retired: before === null ? [] : [{ key_id: before, works_until: until }] }
    })
  }

  /**
   * Tries a token and keeps it, sealed.
   * @throws AppError `open-webui-refused` when it is not an administrator's
   */
  async connect({ url, token, setUrl }: ConnectRequest): Promise<ConnectionOut> {
    if (this.#settings.adminTokenFile !== null)
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
    this.#options.log.info('connected Open WebUI', { url: address })
    return this.connection()
  }

  /** Forgets the token. */
  async disconnect(): Promise<ConnectionOut> {
    await this.#tokens.forget()
    this.#hasStored = false
    this.#verifier.clear()
    return this.connection()
  }
}
