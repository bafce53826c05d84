import * as z from 'zod'
import { MIN_PASSWORD_CHARS } from '../auth/index.ts'
import { AppError } from '../errors/index.ts'
import type { AnyOperation, HttpExchange, OperationContext } from '../operations/types.ts'
import { defineSystemOperation } from './context.ts'

const newPassword = z
  .string()
  .min(MIN_PASSWORD_CHARS, `needs at least ${MIN_PASSWORD_CHARS} characters`)
  .max(1000)
  .describe('The admin password to set')

const signedIn = z.object({ signed_in: z.literal(true) })

function exchange(context: OperationContext): HttpExchange {
  if (context.http === null)
    throw new AppError('invalid-input', 'Signing in works over HTTP only.', {
      hint: 'The command line needs no sign-in.',
    })
  return context.http
}

/** First run, sign in, sign out. */
export const sessionOperations: readonly AnyOperation[] = [
  defineSystemOperation({
    id: 'complete_first_run',
    title: 'Set the admin password',
    description: 'Uses the link that the app printed at its first start: sets the password and signs in.',
    http: { method: 'POST', path: '/api/session/first-run' },
    scope: 'public',
    recorded: false,
    mutates: true,
    input: z.object({
      token: z.string().min(1).max(200).describe('The token of the first-run link'),
      password: newPassword,
    }),
    output: signedIn,
    errors: ['link-expired', 'bad-origin'],
    examples: [],
    run: async ({ token, password }, context) => {
      const http = exchange(context)
      const session = await context.app.admin.completeFirstRun(token, password, http.userAgent)
      http.setSession(session.token, session.maxAge)
      return { signed_in: true as const }
    },
  }),
  defineSystemOperation({
    id: 'sign_in',
    title: 'Sign in',
    description: 'Opens a session of the admin. After five failures the address is locked for a while.',
    http: { method: 'POST', path: '/api/session' },
    scope: 'public',
    recorded: false,
    mutates: true,
    input: z.object({ password: z.string().min(1).max(1000).describe('The admin password') }),
    output: signedIn,
    errors: ['unauthorized', 'locked-out', 'bad-origin'],
    examples: [],
    run: async ({ password }, context) => {
      const http = exchange(context)
      const session = await context.app.admin.signIn(password, http.address, http.userAgent)
      http.setSession(session.token, session.maxAge)
      return { signed_in: true as const }
    },
  }),
  defineSystemOperation({
    id: 'set_admin_password',
    title: 'Set the admin password anew',
    description: 'For machines set up with an owner key, and for a forgotten password. Every session ends.',
    http: { method: 'PUT', path: '/api/session/password' },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({ password: newPassword }),
    output: z.object({ password_set: z.literal(true) }),
    examples: [],
    run: async ({ password }, { app }) => {
      await app.admin.setPassword(password)
      return { password_set: true as const }
    },
  }),
  defineSystemOperation({
    id: 'get_session',
    title: 'Show who is signed in',
    description: 'Whether this browser is signed in, and whether a password is set at all.',
    http: { method: 'GET', path: '/api/session' },
    scope: 'public',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: z.object({
      signed_in: z.boolean(),
      password_set: z.boolean().describe('False before the first-run link was used'),
      name: z.string().nullable(),
    }),
    examples: [],
    run: async (_input, { principal, app }) => ({
      signed_in: principal.scopes.length > 0,
      password_set: await app.admin.hasPassword(),
      name: principal.scopes.length > 0 ? principal.name : null,
    }),
  }),
  defineSystemOperation({
    id: 'sign_out',
    title: 'Sign out',
    description: 'Ends the session of this browser.',
    http: { method: 'DELETE', path: '/api/session' },
    scope: 'public',
    recorded: false,
    mutates: true,
    input: z.object({}),
    output: z.object({ signed_in: z.literal(false) }),
    examples: [],
    run: async (_input, context) => {
      const http = exchange(context)
      if (http.sessionToken !== null) await context.app.admin.signOut(http.sessionToken)
      http.setSession(null, 0)
      return { signed_in: false as const }
    },
  }),
]
