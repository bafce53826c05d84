// Runs one of the project's tools with a Node that is new enough: `node scripts/tool.mjs vitest run lib/errors`.
import { ensureDependencies } from './lib/deps.mjs'
import { becomeProgram } from './lib/forward.mjs'
import { ensureNode } from './lib/node.mjs'
import { localBin } from './lib/root.mjs'

await ensureNode()
await ensureDependencies()
const [tool, ...args] = process.argv.slice(2)
await becomeProgram(localBin(tool), args)
