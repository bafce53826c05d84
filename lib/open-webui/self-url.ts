import type { Settings } from '../config/index.ts'
import type { Store } from '../store/index.ts'
import { reachable, urlOf } from '../http/own-address.ts'
import { runningServer } from '../system/server-note.ts'

/**
 * Address at which Open WebUI reaches this app, without a slash at the end: as the settings say, else where it listens.
 * @param own address of this process's server, when it is one
 */
export async function selfUrl(settings: Settings, store: Store, own: string | null): Promise<string> {
  const { selfUrl: given } = settings['open-webui']
  if (given !== null) return given.replace(/\/+$/, '')
  const { host, port } = settings['local-workflows'].api
  const address = own ?? (await runningServer(store))?.address ?? urlOf({ address: host, port })
  return reachable(address)
}
