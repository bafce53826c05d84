import type { Core } from './index.ts'

/** Header of a request for a page that holds its path and query; set by the server, whatever the client sent. */
export const PATH_HEADER = 'x-hwc-ai-path'

/** Next bundles its own copies of modules, so the one core of a process is handed over through a registered symbol. */
const KEY = Symbol.for('hwc-ai.core')

interface Holder {
  [KEY]?: Core
}

const holder: typeof globalThis & Holder = globalThis

/** Makes the core of this process known to the pages. */
export function publishCore(core: Core): void {
  holder[KEY] = core
}

/** The core of this process, when the server has published it. */
export function publishedCore(): Core | null {
  return holder[KEY] ?? null
}
