import type { Settings } from '../config/index.ts'

/**
 * Host names besides loopback that the server answers as, in lower case, from the settings as they are at each call. The same set
 * while the settings are the same.
 */
export function allowedHosts(settings: () => Settings): () => ReadonlySet<string> {
  let known: { settings: Settings; names: ReadonlySet<string> } | null = null
  return () => {
    const now = settings()
    if (known?.settings !== now) {
      const { host, allowedHosts: others } = now['local-workflows'].api
      const { selfUrl } = now['open-webui']
      const self = selfUrl === null ? [] : [new URL(selfUrl).hostname]
      known = { settings: now, names: new Set([host, ...others, ...self].map((name) => name.toLowerCase())) }
    }
    return known.names
  }
}
