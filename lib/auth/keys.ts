import { AppError } from '../errors/index.ts'
import { newId } from '../ids.ts'
import * as z from 'zod'
import { isScope, type Principal, type Scope } from '../operations/types.ts'
import type { Logger } from '../logging/index.ts'
import type { Store } from '../store/index.ts'
import { EndWatch } from './end-watch.ts'
import { digestSecret, newSecret } from './secrets.ts'

/** A key found good is trusted this long before the store is asked again, so a revoked one works at most this long. */
const TRUST_MS = 1000
/** How exact `last_used_at` is, in milliseconds: writing it for every request would cost more than the request. */
const LAST_USED_MS = 60_000
const MAX_TRUSTED = 1000

export interface ApiKey {
  id: string
  name: string
  prefix: string
  scopes: Scope[]
  created_at: string
  last_used_at: string | null
  expires_at: string | null
  revoked_at: string | null
}

/** Whoever has the key of HWC_AI_API_KEY_FILE. */
const OWNER: Principal = { kind: 'key', id: 'owner', name: 'owner key', scopes: ['admin'] }

const scopesJson = z.array(z.string().refine(isScope))

export interface ApiKeysOptions {
  store: Store
  now: () => Date
  /** Content of the file that HWC_AI_API_KEY_FILE names; kept as a digest in memory only. */
  ownerKey: string | null
  log: Logger
}

/** API keys: scoped, kept as digests, shown once, revocable. */
export class ApiKeys {
  readonly #store: Store
  readonly #now: () => Date
  readonly #ownerDigest: string | null
  readonly #trusted = new Map<string, { principal: Principal; until: number }>()
  /** Digests of keys found good, by the key itself: it comes with each request, and making the digest takes longer than all else. */
  readonly #digests = new Map<string, string>()
  readonly #lastUsed = new Map<string, number>()
  readonly #watch: EndWatch
  readonly #log: Logger

  constructor(options: ApiKeysOptions) {
    this.#log = options.log
    this.#store = options.store
    this.#now = options.now
    this.#ownerDigest = options.ownerKey === null ? null : digestSecret(options.ownerKey)
    this.#watch = new EndWatch({
      ended: (ids) => this.#ended(ids),
      onFailure: (error) => options.log.warn('it could not be seen whether keys in use were revoked', { error }),
    })
  }

  /**
   * Tells what outlives its request, such as an open stream, that its key was revoked or has expired: at once when that is done
   * in this process, else within seconds. Who has no key of the store, such as the owner, is never told.
   * @param id of the key, as in its principal
   * @returns stops watching
   */
  onEnd(id: string, tell: () => void): () => void {
    return this.#watch.watch(id, tell)
  }

  async #ended(ids: readonly string[]): Promise<string[]> {
    const now = this.#now().toISOString()
    const rows = await this.#store.db
      .selectFrom('api_keys')
      .select('id')
      .where('id', 'in', ids)
      .where((eb) => eb.or([eb('revoked_at', 'is not', null), eb('expires_at', '<=', now)]))
      .execute()
    return rows.map(({ id }) => id)
  }

  /** Who the key stands for when that was found out a moment ago; null says nothing about the key. */
  trusted(secret: string): Principal | null {
    const known = this.#digests.get(secret)
    const digest = known ?? digestSecret(secret)
    const principal = this.#trustedBy(digest, this.#now().getTime())
    if (principal !== null && known === undefined) {
      if (this.#digests.size >= MAX_TRUSTED) this.#digests.clear()
      this.#digests.set(secret, digest)
    }
    return principal
  }

  #trustedBy(digest: string, now: number): Principal | null {
    if (digest === this.#ownerDigest) return OWNER
    const trusted = this.#trusted.get(digest)
    return trusted !== undefined && now < trusted.until ? trusted.principal : null
  }

  /** @returns who the key stands for, or null when it is unknown, revoked or expired */
  async verify(secret: string): Promise<Principal | null> {
    const digest = digestSecret(secret)
    const now = this.#now().getTime()
    const trusted = this.#trustedBy(digest, now)
    if (trusted !== null) return trusted
    this.#trusted.delete(digest)
    this.#digests.delete(secret)
    const row = await this.#store.db.selectFrom('api_keys').selectAll().where('hash', '=', digest).executeTakeFirst()
    if (row === undefined || row.revoked_at !== null) return null
    if (row.expires_at !== null && row.expires_at <= this.#now().toISOString()) return null
    const principal: Principal = {
      kind: 'key',
      id: row.id,
      name: row.name,
      scopes: scopesJson.parse(JSON.parse(row.scopes)),
    }
    if (this.#trusted.size >= MAX_TRUSTED) this.#trusted.clear()
    this.#trusted.set(digest, { principal, until: now + TRUST_MS })
    await this.#noteUse(row.id, now)
    return principal
  }

  /** What cannot be noted, as on a full disk, keeps nobody out. */
  async #noteUse(id: string, now: number): Promise<void> {
    if (now - (this.#lastUsed.get(id) ?? 0) < LAST_USED_MS) return
    this.#lastUsed.set(id, now)
    await this.#store.db
      .updateTable('api_keys')
      .set({ last_used_at: new Date(now).toISOString() })
      .where('id', '=', id)
      .execute()
      .catch((error: unknown) =>
        this.#log.warn('it could not be noted when a key was last used', { key_id: id, error }),
      )
  }

  /**
   * Makes a key.
   * @param expiresInDays null: never expires
   * @returns the secret, which is never shown again, and the key
   */
  async create(
    name: string,
    scopes: readonly Scope[],
    expiresInDays: number | null,
  ): Promise<{ secret: string; key: ApiKey }> {
    const secret = newSecret('hwc')
    const now = this.#now()
    const row = {
      id: newId('key', now.getTime()),
      name,
      hash: digestSecret(secret),
      prefix: secret.slice(0, 9),
      scopes: JSON.stringify([...new Set(scopes)]),
      created_at: now.toISOString(),
      last_used_at: null,
      expires_at: expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * 86_400_000).toISOString(),
      revoked_at: null,
    }
    await this.#store.db.insertInto('api_keys').values(row).execute()
    const { hash: _hash, ...key } = row
    return { secret, key: { ...key, scopes: scopesJson.parse(JSON.parse(row.scopes)) } }
  }

  async list(): Promise<ApiKey[]> {
    const rows = await this.#store.db
      .selectFrom('api_keys')
      .select(['id', 'name', 'prefix', 'scopes', 'created_at', 'last_used_at', 'expires_at', 'revoked_at'])
      .orderBy('id', 'desc')
      .execute()
    return rows.map((row) => ({ ...row, scopes: scopesJson.parse(JSON.parse(row.scopes)) }))
  }

  /** The keys that work now, by their digest. */
  async working(): Promise<Map<string, ApiKey>> {
    const now = this.#now().toISOString()
    const rows = await this.#store.db.selectFrom('api_keys').selectAll().where('revoked_at', 'is', null).execute()
    return new Map(
      rows
        .filter(({ expires_at }) => expires_at === null || expires_at > now)
        .map(({ hash, ...row }) => [hash, { ...row, scopes: scopesJson.parse(JSON.parse(row.scopes)) }]),
    )
  }

  /** Lets a key work until then at most; one that is revoked or ends before stays as it is. */
  async retire(id: string, at: Date): Promise<void> {
    const until = at.toISOString()
    await this.#store.db
      .updateTable('api_keys')
      .set({ expires_at: until })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', until)]))
      .execute()
    this.#trusted.clear()
    await this.#watch.look()
  }

  /** @throws AppError `not-found` */
  async revoke(id: string): Promise<void> {
    const result = await this.#store.db
      .updateTable('api_keys')
      .set({ revoked_at: this.#now().toISOString() })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n)
      throw new AppError('not-found', `There is no working key ${id}.`, {
        hint: 'hwc-ai keys list shows the keys there are.',
      })
    this.#trusted.clear()
    await this.#watch.look()
  }

  /** Before the store is closed. */
  close(): void {
    this.#watch.close()
  }
}
