/** Gotify (https://gotify.net/docs/pushmsg). */
import type { Status } from '../types.ts'
import type { Notifier } from './types.ts'

const PRIORITY: Readonly<Record<Status, number>> = { ok: 4, unknown: 4, degraded: 6, down: 8 }

export const gotify: Notifier = {
  id: 'gotify',
  request: ({ title, text, status }, url, token) => ({
    url: `${url.replace(/\/+$/, '')}/message`,
    headers: token === null ? {} : { 'x-gotify-key': token },
    body: { title, message: text, priority: PRIORITY[status] },
  }),
}
