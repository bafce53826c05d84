// The server, the command and the worker threads as plain JavaScript in `dist/`.
import { rmSync } from 'node:fs'
import { basename } from 'node:path'
import { inRoot, root } from './root.mjs'
import { findFiles } from './sources.mjs'

/**
 * `import … from 'node:http'` has Node look at all that the module has, which loads its whole HTTP client for the sake of three
 * names that nobody asked for (20 ms and 4 MB of every command); taken as an object it is looked at only where it is used.
 */
const lazyHttp = {
  name: 'lazy-http',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?https?$/ }, ({ path }) => ({
      path: path.replace(/^(node:)?/, 'node:'),
      namespace: 'lazy-http',
    }))
    onLoad({ filter: /.*/, namespace: 'lazy-http' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}')`,
    }))
  },
}

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // Bundled, the packages take a third less memory and start faster than as hundreds of files. Left out is what is loaded
  // late (the pages) or carries native code or data files of its own.
  external: ['better-sqlite3', 'next', 'web-tree-sitter', 'tree-sitter-*', 'esbuild', 'typescript'],
  // Packages in CommonJS ask for Node's own modules with `require`, which an ES module lacks.
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
  sourcemap: true,
  loader: { '.md': 'text', '.sql': 'text', '.yaml': 'text' },
  logLevel: 'warning',
  plugins: [lazyHttp],
}

/** Worker threads by the name of their file, which is all that `workerUrl` knows in the build. */
function workerEntries() {
  const entries = {}
  for (const path of [...findFiles('lib', /-worker\.ts$/), ...findFiles('workflows', /-worker\.ts$/)]) {
    const name = `workers/${basename(path, '.ts')}`
    if (entries[name]) throw new Error(`two workers have the same name: ${entries[name]} and ${path}`)
    entries[name] = path
  }
  return entries
}

/**
 * Bundles into `dist/`. Shared code is split into chunks that lie flat in `dist/`: `workerUrl` finds `workers/` beside
 * whichever file it was called from. Each worker is whole in itself, since it lies one level deeper.
 */
export async function bundle() {
  const { build } = await import('esbuild')
  rmSync(inRoot('dist'), { recursive: true, force: true })
  const main = build({
    ...common,
    entryPoints: { server: 'server.ts', cli: 'lib/cli/entry.ts' },
    outdir: 'dist',
    splitting: true,
    chunkNames: 'chunk-[hash]',
  })
  const workers = workerEntries()
  const threads =
    Object.keys(workers).length > 0 ? build({ ...common, entryPoints: workers, outdir: 'dist' }) : undefined
  await Promise.all([main, threads])
}
