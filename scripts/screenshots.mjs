// `npm run screenshots`: the pictures of the README, taken from the running app in Debian's Chromium.
import { buildApp } from './lib/build-app.mjs'
import { ensureDependencies } from './lib/deps.mjs'
import { ensureNode } from './lib/node.mjs'
import { takeScreenshots } from './screenshots/take.mjs'

await ensureNode()
try {
  await ensureDependencies()
  await buildApp()
  await takeScreenshots()
  process.exit(0)
} catch (error) {
  console.error(error.stack)
  process.exit(1)
}
