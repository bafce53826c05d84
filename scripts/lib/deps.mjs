// The dependencies of the lock file, installed only when they are not there already.
import { readFileSync } from 'node:fs'
import { withLock } from './cache.mjs'
import { inRoot, root } from './root.mjs'
import { run } from './run.mjs'

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages ?? {}
  } catch {
    return undefined
  }
}

/**
 * Whether what is present is what is wanted, both as `packages` of a lock file. Packages of other platforms are absent
 * and marked as optional or peer.
 */
export function fitsLock(wanted, present) {
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional, peer }]) =>
      path === '' || present[path]?.version === version || (!present[path] && (optional || devOptional || peer)),
  )
}

/**
 * Whether `node_modules` is what the lock file says. npm writes its own record there as its last step; comparing the two
 * is exact, where file times lie after a checkout.
 */
function dependenciesInstalled() {
  const wanted = packagesOf(inRoot('package-lock.json'))
  const present = packagesOf(inRoot('node_modules', '.package-lock.json'))
  return wanted !== undefined && present !== undefined && fitsLock(wanted, present)
}

export async function ensureDependencies() {
  if (dependenciesInstalled()) return
  const say = (text) => console.log(`[npm] ${text}`)
  await withLock('npm-ci', say, async () => {
    if (dependenciesInstalled()) return
    say('npm ci')
    const start = performance.now()
    // A production environment would leave out what the build needs. No install script is: better-sqlite3, esbuild and the
    // grammars bring what they need, and their scripts would ask for a compiler.
    const flags = ['--include=dev', '--include=optional', '--ignore-scripts', '--no-fund', '--no-audit']
    await run('npm', ['ci', ...flags], { cwd: root })
    say(`dependencies installed (${((performance.now() - start) / 1000).toFixed(1)} s)`)
  })
}
