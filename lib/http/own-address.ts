/** Addresses that lead to this app. */

/** Names of "every address of this machine", which is no address to ask at, and the one of each that is. */
const EVERYWHERE: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['[::]', '[::1]'],
])

/** An address that can be asked at, without a slash at the end. @param listening where the app listens, e.g. `http://0.0.0.0:6021` */
export function reachable(listening: string): string {
  const url = new URL(listening)
  url.hostname = EVERYWHERE.get(url.hostname) ?? url.hostname
  return url.origin
}
