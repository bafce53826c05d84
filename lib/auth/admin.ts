import { AppError } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'
import type { Principal } from '../operations/types.ts'
import type { Store } from '../store/index.ts'
import { digestSecret, hashPassword, newSecret, verifyPassword } from './secrets.ts'

/** Failed sign-ins from one address within {@link WINDOW_MS} before it is locked. */
const FREE_FAILURES = 5
const WINDOW_MS = 15 * 60_000
/** First lock; each further failure doubles it, up to {@link WINDOW_MS}. */
const FIRST_LOCK_MS = 60_000
const FIRST_RUN_MS = 24 * 3_600_000
/** A session is written again at most this often to say when it was last seen. */
const SEEN_MS = 60_000
const TRUST_MS = 1000

export const MIN_PASSWORD_CHARS = 10

export interface AdminOptions {
  store: Store
  now: () => Date
  sessionHours: () => number
  log: Logger
}

export interface NewSession {
  token: string
  /** Seconds. */
  maxAge: number
}

function linkExpired(): AppError {
  return new AppError('link-expired', 'This first-run link was used already or has expired.', {
    hint: 'Restart the app: while no password is set it prints a new link. With a password set, sign in.',
  })
}

/** The one administrator: first-run link, password, sessions, lockout. */
export class Admin {
  readonly #store: Store
  readonly #now: () => Date
  readonly #sessionHours: () => number
  readonly #log: Logger
  readonly #trusted = new Map<string, number>()
  /** Ends with the last sign-in that was begun. */
  #signingIn: Promise<unknown> = Promise.resolve()

  constructor(options: AdminOptions) {
    this.#store = options.store
    this.#now = options.now
    this.#sessionHours = options.sessionHours
    this.#log = options.log
  }

  async hasPassword(): Promise<boolean> {
    return (await this.#store.db.selectFrom('admin').select('id').executeTakeFirst()) !== undefined
  }

  /** A new first-run token, good for 24 hours and one use; older ones stop working. */
  async createFirstRunToken(): Promise<string> {
    const token = newSecret('first')
    const now = this.#now()
    await this.#store.db.transaction().execute(async (trx) => {
      await trx.deleteFrom('first_run_links').execute()
      await trx
        .insertInto('first_run_links')
        .values({
          hash: digestSecret(token),
          created_at: now.toISOString(),
          expires_at: new Date(now.getTime() + FIRST_RUN_MS).toISOString(),
          used_at: null,
        })
        .execute()
    })
    return token
  }

  /**
   * Uses a first-run link: sets the password and signs in.
   * @throws AppError `link-expired`
   */
  async completeFirstRun(token: string, password: string, userAgent: string | null): Promise<NewSession> {
    const hash = digestSecret(token)
    // Anybody may send a token: only a right one is worth the work of a slow hash.
    const link = await this.#store.find('first_run_links', 'hash', hash)
    if (link === undefined) throw linkExpired()
    const passwordHash = await hashPassword(password)
    const now = this.#now().toISOString()
    await this.#store.db.transaction().execute(async (trx) => {
      const used = await trx
        .updateTable('first_run_links')
        .set({ used_at: now })
        .where('hash', '=', hash)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      if (used.numUpdatedRows === 0n) throw linkExpired()
      await trx
        .insertInto('admin')
        .values({ id: 1, password_hash: passwordHash, updated_at: now })
        .onConflict((on) => on.column('id').doUpdateSet({ password_hash: passwordHash, updated_at: now }))
        .execute()
    })
    return this.#openSession(userAgent)
  }

  /** Sets the password anew; every session ends, and a first-run link that is still open stops working. */
  async setPassword(password: string): Promise<void> {
    const row = { password_hash: await hashPassword(password), updated_at: this.#now().toISOString() }
    await this.#store.db.transaction().execute(async (trx) => {
      await trx
        .insertInto('admin')
        .values({ id: 1, ...row })
        .onConflict((on) => on.column('id').doUpdateSet(row))
        .execute()
      await trx.deleteFrom('sessions').execute()
      await trx.deleteFrom('first_run_links').execute()
    })
    this.#trusted.clear()
  }

  /**
   * Signs in with the password. One at a time: of guesses that are sent all at once, each is refused for the failures before it.
   * @param source the client's address, by which failures are counted
   * @throws AppError `locked-out` with the seconds left, `unauthorized`
   */
  signIn(password: string, source: string, userAgent: string | null): Promise<NewSession> {
    const attempt = () => this.#attempt(password, source, userAgent)
    const session = this.#signingIn.then(attempt, attempt)
    this.#signingIn = session
    return session
  }

  async #attempt(password: string, source: string, userAgent: string | null): Promise<NewSession> {
    await this.#refuseWhenLocked(source)
    const row = await this.#store.db.selectFrom('admin').select('password_hash').executeTakeFirst()
    if (row !== undefined && (await verifyPassword(password, row.password_hash))) {
      await this.#store.db.deleteFrom('login_attempts').where('source', '=', source).execute()
      return this.#openSession(userAgent)
    }
    await this.#store.db.insertInto('login_attempts').values({ source, at: this.#now().toISOString(), ok: 0 }).execute()
    await this.#refuseWhenLocked(source)
    throw new AppError('unauthorized', row === undefined ? 'No password is set yet.' : 'That is not the password.', {
      hint:
        row === undefined
          ? 'Open the first-run link that the app printed when it started.'
          : 'Check the keyboard layout and try again.',
    })
  }

  async #refuseWhenLocked(source: string): Promise<void> {
    const since = new Date(this.#now().getTime() - WINDOW_MS).toISOString()
    await this.#store.db.deleteFrom('login_attempts').where('at', '<', since).execute()
    const failures = await this.#store.db
      .selectFrom('login_attempts')
      .select('at')
      .where('source', '=', source)
      .where('ok', '=', 0)
      .orderBy('id', 'desc')
      .execute()
    const [last] = failures
    if (last === undefined || failures.length < FREE_FAILURES) return
    const lockMs = Math.min(WINDOW_MS, FIRST_LOCK_MS * 2 ** (failures.length - FREE_FAILURES))
    const leftMs = Date.parse(last.at) + lockMs - this.#now().getTime()
    if (leftMs <= 0) return
    const seconds = Math.ceil(leftMs / 1000)
    throw new AppError('locked-out', `Too many failed sign-ins. Try again in ${seconds} seconds.`, {
      retryAfterSeconds: seconds,
      hint: 'API keys keep working meanwhile.',
    })
  }

  async #openSession(userAgent: string | null): Promise<NewSession> {
    const token = newSecret('session')
    const now = this.#now()
    const maxAge = this.#sessionHours() * 3600
    await this.#store.db.deleteFrom('sessions').where('expires_at', '<', now.toISOString()).execute()
    await this.#store.db
      .insertInto('sessions')
      .values({
        hash: digestSecret(token),
        created_at: now.toISOString(),
        expires_at: new Date(now.getTime() + maxAge * 1000).toISOString(),
        last_seen_at: now.toISOString(),
        user_agent: userAgent?.slice(0, 200) ?? null,
      })
      .execute()
    return { token, maxAge }
  }

  /** Who a session token stands for, or null when it is unknown or has expired. */
  async verifySession(token: string): Promise<Principal | null> {
    const digest = digestSecret(token)
    const now = this.#now()
    const principal: Principal = { kind: 'session', id: digest.slice(0, 12), name: 'admin', scopes: ['admin'] }
    if (now.getTime() < (this.#trusted.get(digest) ?? 0)) return principal
    const session = await this.#store.db
      .selectFrom('sessions')
      .select(['expires_at', 'last_seen_at'])
      .where('hash', '=', digest)
      .executeTakeFirst()
    if (session === undefined || session.expires_at <= now.toISOString()) return null
    this.#trusted.clear()
    this.#trusted.set(digest, now.getTime() + TRUST_MS)
    if (now.getTime() - Date.parse(session.last_seen_at) > SEEN_MS) await this.#noteSeen(digest, now)
    return principal
  }

  /** What cannot be noted, as on a full disk, keeps nobody out. */
  async #noteSeen(digest: string, now: Date): Promise<void> {
    const seen = { last_seen_at: now.toISOString() }
    await this.#store.db
      .updateTable('sessions')
      .set(seen)
      .where('hash', '=', digest)
      .execute()
      .catch((error: unknown) => this.#log.warn('it could not be noted when the admin was last seen', { error }))
  }

  async signOut(token: string): Promise<void> {
    this.#trusted.clear()
    await this.#store.db.deleteFrom('sessions').where('hash', '=', digestSecret(token)).execute()
  }
}
