/** Addresses that lead to this app. */
import { isIPv6 } from 'node:net'
import { isLoopback, type Settings } from '../config/index.ts'
import { hostName } from './guard.ts'
import type { HeaderReader } from './headers.ts'

/** Names of "every address of this machine", which is no address to ask at, and the one of each that is. */
const EVERYWHERE: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['[::]', '[::1]'],
])

/** The address of a server by where it listens, without a slash at the end. */
export function urlOf({ address, port }: { address: string; port: number }): string {
  return `http://${isIPv6(address) ? `[${address}]` : address}:${port}`
}

/** An address that can be asked at, without a slash at the end. @param listening where the app listens, e.g. `http://0.0.0.0:6021` */
export function reachable(listening: string): string {
  const url = new URL(listening)
  url.hostname = EVERYWHERE.get(url.hostname) ?? url.hostname
  return url.origin
}

/**
 * The address that a request was sent to, without a slash at the end. Its host is one that this app answers as, so no header makes a
 * link to anywhere else. Behind a proxy that ends TLS, `open-webui.selfUrl` says how the app is reached if that is its name, or if the
 * proxy asks for the app by the name of this machine; else what the proxy says of the scheme is taken for a name that the settings list.
 * @param headers with a Host that was found to be known
 */
export function addressOf(headers: HeaderReader, settings: Settings): string {
  const host = headers.get('host') ?? ''
  const forwarded = headers.get('x-forwarded-proto')
  const onThisMachine = isLoopback(hostName(host))
  const { selfUrl } = settings['open-webui']
  if (selfUrl !== null && (names(selfUrl, host) || (forwarded !== null && onThisMachine)))
    return selfUrl.replace(/\/+$/, '')
  const secure = !onThisMachine && /^https\s*(?:,|$)/i.test(forwarded ?? '')
  return new URL(`${secure ? 'https' : 'http'}://${host}`).origin
}

/** Whether a Host header is that of an address; its usual port may be left out. */
function names(url: string, host: string): boolean {
  const wanted = new URL(url)
  return new URL(`${wanted.protocol}//${host}`).host === wanted.host
}
