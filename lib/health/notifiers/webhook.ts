/** Any address that takes the message as JSON. */
import type { Notifier } from './types.ts'

export const webhook: Notifier = {
  id: 'webhook',
  request: (message, url, token) => ({
    url,
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    body: { source: 'hwc-ai', ...message },
  }),
}
