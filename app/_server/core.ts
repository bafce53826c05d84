/** The core of the app, as the pages reach it. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as CoreModule from '#lib/core/index.ts'
import type { Core } from '#lib/core/index.ts'
import { publishCore, publishedCore } from '#lib/core/shared.ts'
import type * as LoggingModule from '#lib/logging/index.ts'

/**
 * Loads a module of the core from its source, past Next's bundler: workers, native modules and grammars stay where they
 * lie, and the pages' build holds none of them.
 */
export async function importSource<Module>(path: string): Promise<Module> {
  const url = pathToFileURL(join(/* turbopackIgnore: true */ process.cwd(), path)).href
  return (await import(/* turbopackIgnore: true */ /* webpackIgnore: true */ url)) as Module
}

async function startOwnCore(): Promise<Core> {
  const [{ createCore }, { createLogger }] = await Promise.all([
    importSource<typeof CoreModule>('lib/core/index.ts'),
    importSource<typeof LoggingModule>('lib/logging/index.ts'),
  ])
  const core = await createCore({ env: process.env, log: createLogger() })
  publishCore(core)
  if (!core.hasOwnerKey && !(await core.admin.hasPassword()))
    process.stdout.write(`First run: /first-run#${await core.admin.createFirstRunToken()}\n`)
  return core
}

let own: Promise<Core> | null = null

/** The core that the server published; `next dev`, which has no such server, starts its own. */
export async function getCore(): Promise<Core> {
  const published = publishedCore()
  if (published !== null) return published
  own ??= startOwnCore()
  return own
}
