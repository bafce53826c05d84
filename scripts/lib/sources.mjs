// What the build is made from, as one digest: exact, where file times lie after a checkout or a copy.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot } from './root.mjs'

const built = [
  'app',
  'lib',
  'workflows',
  'public',
  'server.ts',
  'next.config.ts',
  'postcss.config.mjs',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
  'scripts/build.mjs',
  'scripts/lib/bundle.mjs',
]

function* filesUnder(path) {
  const stat = statSync(inRoot(path), { throwIfNoEntry: false })
  if (!stat) return
  if (!stat.isDirectory()) {
    yield path
    return
  }
  for (const name of readdirSync(inRoot(path)).sort()) yield* filesUnder(join(path, name))
}

const isTest = (path) => /\.test\.tsx?$/.test(path)

/** The digest of everything that ends up in the build, and of the Node that builds it. */
export function sourceDigest() {
  const hash = createHash('sha256').update(process.version.split('.')[0])
  for (const entry of built) {
    for (const path of filesUnder(entry)) {
      if (!isTest(path)) hash.update(`\0${path}\0`).update(readFileSync(inRoot(path)))
    }
  }
  return hash.digest('hex')
}

/** Files below a folder of the checkout whose name matches. */
export function findFiles(folder, pattern) {
  return [...filesUnder(folder)].filter((path) => pattern.test(path))
}
