/** What changes Open WebUI's list of tool servers: one change after the other. */
import type { ApiKeys } from '../auth/index.ts'
import { AppError } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'
import { applyServers, type ApplyResult } from './apply.ts'
import type { OpenWebuiClient } from './client.ts'
import { OWN_ID } from './desired.ts'
import { type Look, serverIn } from './look.ts'
import type { Registrations } from './registrations.ts'
import type { Applied, Rotated } from './schemas.ts'
import type { Verifier } from './verify.ts'
import { KEY_GRACE_MS, KEY_NAME } from './write.ts'

export interface WriterOptions {
  /** @throws AppError `not-connected` */
  client: () => Promise<OpenWebuiClient>
  /** @param restore ids of servers that are put back as the settings want them */
  look: (client: OpenWebuiClient, restore: readonly string[]) => Promise<Look>
  registrations: Registrations
  verifier: Verifier
  keys: ApiKeys
  now: () => Date
  log: Logger
}

type Action = Look['servers'][number]['about']['action']

/** The list with nothing to do but one thing to one server that stands there. */
function only(found: Look, id: string, action: Action): Look {
  const servers = found.servers
    .filter(({ about, standing }) => about.id === id && standing !== null)
    .slice(0, 1)
    .map((server) => ({ ...server, about: { ...server.about, action } }))
  return { ...found, servers }
}

export class Writer {
  readonly #options: WriterOptions
  #writing: Promise<unknown> = Promise.resolve()

  constructor(options: WriterOptions) {
    this.#options = options
  }

  async #alone<T>(work: (client: OpenWebuiClient) => Promise<T>): Promise<T> {
    const begin = async () => work(await this.#options.client())
    const turn = this.#writing.then(begin, begin)
    this.#writing = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.#options.verifier.clear()
    }
  }

  #apply(
    client: OpenWebuiClient,
    change: (found: Look) => Look,
    restore: readonly string[] = [],
  ): Promise<ApplyResult> {
    const { look, ...options } = this.#options
    return applyServers({ ...options, client, look: async () => change(await look(client, restore)) })
  }

  /**
   * Writes what is missing or changed; what was edited there only for the ids of `restore`.
   * @throws AppError `not-found`, `conflict` when someone else writes the list
   */
  apply(restore: readonly string[]): Promise<Applied> {
    return this.#alone(async (client) => {
      const known = (found: Look) => {
        for (const id of restore) serverIn(found, id)
        return found
      }
      const { servers, written } = await this.#apply(client, known, restore)
      return { servers, written }
    })
  }

  /** Takes a connection as it stands for right. */
  accept(id: string): Promise<void> {
    return this.#alone(async (client) => {
      const { standing, facts, registration } = serverIn(await this.#options.look(client, []), id)
      if (standing === null || facts === null)
        throw new AppError(
          'conflict',
          `"${id}" is not both in the settings and in Open WebUI, so there is nothing to accept.`,
          { hint: 'To be rid of it, take it out of the settings, or: hwc-ai tools remove' },
        )
      await this.#options.registrations.save({
        id,
        wanted: facts,
        stands: standing.facts,
        keyId: registration?.keyId ?? null,
        appliedAt: this.#options.now(),
      })
    })
  }

  /** Takes a connection that this app registered out of the list, and its key away. */
  remove(id: string): Promise<{ server_id: string; removed: boolean }> {
    const { registrations, look } = this.#options
    return this.#alone(async (client) => {
      const registration = (await registrations.all()).get(id) ?? null
      const before = serverIn(await look(client, []), id)
      if (registration === null && !before.about.wanted)
        throw new AppError('conflict', `"${id}" was not registered by this app, so it is not removed.`, {
          hint: 'Remove it in Open WebUI itself.',
        })
      await this.#apply(client, (found) => only(found, id, 'remove'))
      await registrations.forget(id)
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
  rotateKey(): Promise<Rotated> {
    const { look, now } = this.#options
    return this.#alone(async (client) => {
      const found = await look(client, [])
      const { about, standing } = serverIn(found, OWN_ID)
      if (standing === null || (about.state !== 'same' && about.state !== 'changed'))
        throw new AppError('conflict', `The key cannot be changed: ${about.why ?? 'it is not registered.'}`, {
          hint: about.hint ?? 'Register it first: hwc-ai tools apply',
        })
      const { newKeys } = await this.#apply(client, (current) => {
        const own = only(current, OWN_ID, 'update')
        const servers = own.servers.map((server) => ({
          ...server,
          writes: [...new Set([...server.writes, 'key' as const])],
        }))
        return { ...own, servers }
      })
      const made = newKeys.get(OWN_ID)
      if (made === undefined) throw new AppError('internal', 'No key was made.')
      const before = found.registrations.get(OWN_ID)?.keyId ?? null
      const until = new Date(now().getTime() + KEY_GRACE_MS).toISOString()
      return { key_id: made, retired: before === null ? [] : [{ key_id: before, works_until: until }] }
    })
  }
}
