import type { Message } from '../message.ts'

/** One HTTP request that hands a message over. */
export interface NotifierRequest {
  url: string
  headers: Record<string, string>
  /** Sent as JSON. */
  body: unknown
}

/** A kind of service that messages are sent to. One file each. */
export interface Notifier {
  /** As in `hwc.ai.health.notifiers.<name>.type`, and the name of its file. */
  id: 'ntfy' | 'gotify' | 'webhook'
  /**
   * @param url as the settings have it
   * @param token content of the token file, null where there is none
   */
  request(message: Message, url: string, token: string | null): NotifierRequest
}
