#!/usr/bin/env node
// The `hwc-ai` command. With a good Node it loads the built command into this very process; with an old one it hands
// over to the Node that `npm run build` put into the cache. Only Node 20 syntax here.
import { existsSync } from 'node:fs'

const command = new URL('../dist/cli.js', import.meta.url)

function fail(message) {
  process.stderr.write(`hwc-ai: ${message}\n`)
  process.exit(1)
}

if (!existsSync(command)) fail('not built yet: run `npm run build` in the checkout')

const { isNewEnough, cachedNode, nodeEnvironment } = await import('../scripts/lib/node.mjs')
if (isNewEnough(process.version)) {
  await import(command.href)
} else {
  const node = cachedNode()
  if (!node)
    fail(`Node ${process.version} is too old (22.12 is the oldest): run \`npm run build\`, which fetches a newer one`)
  const { becomeProgram } = await import('../scripts/lib/forward.mjs')
  const { fileURLToPath } = await import('node:url')
  await becomeProgram(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], nodeEnvironment(node))
}
