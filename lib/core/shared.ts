import type { Core } from './index.ts'

/** Next bundles its own copies of modules, so the one core of a process is handed over through a registered symbol. */
const KEY = Symbol.for('hwc-ai.core')

/** Makes the core of this process known to the pages. */
export function publishCore(core: Core): void {
  Object.assign(globalThis, { [KEY]: core })
}

/** The core of this process, when the server has published it. */
export function publishedCore(): Core | null {
  const core: Core | undefined = Reflect.get(globalThis, KEY)
  return core ?? null
}
