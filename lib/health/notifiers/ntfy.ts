/** ntfy (https://docs.ntfy.sh/publish/#publish-as-json): as JSON to the server, since headers cannot carry every letter. */
import type { Status } from '../types.ts'
import type { Notifier } from './types.ts'

const LOOKS: Readonly<Record<Status, { priority: number; tag: string }>> = {
  ok: { priority: 3, tag: 'white_check_mark' },
  unknown: { priority: 3, tag: 'question' },
  degraded: { priority: 4, tag: 'warning' },
  down: { priority: 5, tag: 'rotating_light' },
}

/** @param url of the topic, e.g. `https://ntfy.sh/my-server`: its last part names the topic, the rest is the server */
function takeApart(url: string): { server: string; topic: string } {
  const parsed = new URL(url)
  const parts = parsed.pathname.split('/').filter((part) => part !== '')
  const topic = decodeURIComponent(parts.pop() ?? '')
  return { server: `${parsed.origin}/${parts.join('/')}`, topic }
}

export const ntfy: Notifier = {
  id: 'ntfy',
  request: ({ title, text, status }, url, token) => {
    const { server, topic } = takeApart(url)
    const { priority, tag } = LOOKS[status]
    return {
      url: server,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      body: { topic, title, message: text, priority, tags: [tag] },
    }
  },
}
