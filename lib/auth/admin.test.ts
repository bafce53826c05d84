import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../logging/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { Admin } from './admin.ts'

const PASSWORD = 'correct horse battery'
const SOURCE = '192.0.2.7'

let store: Store
let now: Date
let admin: Admin

beforeEach(() => {
  store = openStore(':memory:')
  now = new Date('2026-11-20T10:00:00Z')
  admin = new Admin({ store, now: () => now, sessionHours: () => 12, log: silentLogger })
})
afterEach(() => store.close())

const later = (milliseconds: number) => (now = new Date(now.getTime() + milliseconds))

/** The code of the error that a sign-in ends with, or `signed in`. */
const attempt = (password: string, source = SOURCE) =>
  admin.signIn(password, source, null).then(
    () => 'signed in',
    (error: unknown) => (error as { code: string }).code,
  )

describe('signing in', () => {
  beforeEach(() => admin.setPassword(PASSWORD))

  it('locks the address after five wrong passwords, for longer each time, and no other address', async () => {
    for (let i = 0; i < 4; i++) expect(await attempt('wrong')).toBe('unauthorized')
    await expect(admin.signIn('wrong', SOURCE, null)).rejects.toMatchObject({
      code: 'locked-out',
      retryAfterSeconds: 60,
    })
    expect(await attempt(PASSWORD)).toBe('locked-out')
    expect(await attempt(PASSWORD, '192.0.2.8')).toBe('signed in')
    later(60_000)
    await expect(admin.signIn('wrong', SOURCE, null)).rejects.toMatchObject({ retryAfterSeconds: 120 })
    later(120_000)
    expect(await attempt(PASSWORD)).toBe('signed in')
  })

  it('lets through no more of the guesses that are sent all at once than of those sent one by one', async () => {
    const guesses = Array.from({ length: 8 }, () => attempt('wrong'))
    const right = attempt(PASSWORD)
    expect(await Promise.all(guesses)).toEqual([
      ...Array.from({ length: 4 }, () => 'unauthorized'),
      ...Array.from({ length: 4 }, () => 'locked-out'),
    ])
    expect(await right).toBe('locked-out')
  })

  it('forgets the wrong passwords of an address that then knew the right one', async () => {
    for (let i = 0; i < 4; i++) await attempt('wrong')
    expect(await attempt(PASSWORD)).toBe('signed in')
    expect(await attempt('wrong')).toBe('unauthorized')
  })
})

describe('a session', () => {
  it('ends after its time, and when the password is set anew', async () => {
    await admin.setPassword(PASSWORD)
    const { token } = await admin.signIn(PASSWORD, SOURCE, null)
    expect(await admin.verifySession(token)).toMatchObject({ name: 'admin', scopes: ['admin'] })
    await admin.setPassword(`${PASSWORD} 2`)
    expect(await admin.verifySession(token)).toBeNull()
    const second = await admin.signIn(`${PASSWORD} 2`, SOURCE, null)
    later(12 * 3_600_000)
    expect(await admin.verifySession(second.token)).toBeNull()
  })

  it('goes on while it cannot be noted that it does, as on a full disk', async () => {
    await admin.setPassword(PASSWORD)
    const { token } = await admin.signIn(PASSWORD, SOURCE, null)
    await sql`CREATE TRIGGER full BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'full'); END`.execute(store.db)
    later(3_600_000)
    expect(await admin.verifySession(token)).toMatchObject({ name: 'admin' })
  })
})

describe('a first-run link', () => {
  it('works once and for a day, and a newer one takes its place', async () => {
    const old = await admin.createFirstRunToken()
    const token = await admin.createFirstRunToken()
    await expect(admin.completeFirstRun(old, PASSWORD, null)).rejects.toMatchObject({ code: 'link-expired' })
    later(24 * 3_600_000)
    await expect(admin.completeFirstRun(token, PASSWORD, null)).rejects.toMatchObject({ code: 'link-expired' })
    expect(await admin.hasPassword()).toBe(false)
    const fresh = await admin.createFirstRunToken()
    const { token: session } = await admin.completeFirstRun(fresh, PASSWORD, null)
    expect(await admin.verifySession(session)).not.toBeNull()
    await expect(admin.completeFirstRun(fresh, PASSWORD, null)).rejects.toMatchObject({ code: 'link-expired' })
  })
})
