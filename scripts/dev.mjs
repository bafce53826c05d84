// `npm run dev`: the server straight from the sources; it starts anew when one of them changes, the pages reload by themselves.
import { ensureDependencies } from './lib/deps.mjs'
import { becomeProgram } from './lib/forward.mjs'
import { ensureNode } from './lib/node.mjs'
import { inRoot } from './lib/root.mjs'

await ensureNode()
await ensureDependencies()
const env = { ...process.env, NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1' }
// Types are stripped without a flag from Node 22.18 on.
const strip = process.features.typescript ? [] : ['--experimental-strip-types']
await becomeProgram(process.execPath, [...strip, '--watch', inRoot('server.ts'), ...process.argv.slice(2)], env)
