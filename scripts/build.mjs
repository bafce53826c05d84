// `npm run build`: dependencies, the bundles in `dist/`, the pages in `.next/`, and the command in `node_modules/.bin`.
import { ensureNode } from './lib/node.mjs'
import { ensureDependencies } from './lib/deps.mjs'
import { buildApp } from './lib/build-app.mjs'

await ensureNode()
try {
  await ensureDependencies()
  await buildApp({ always: true })
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
