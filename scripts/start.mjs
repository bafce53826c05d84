// `npm run start`: the server as it was built, without looking whether that is current.
import { existsSync } from 'node:fs'
import { becomeProgram } from './lib/forward.mjs'
import { ensureNode } from './lib/node.mjs'
import { inRoot } from './lib/root.mjs'
import { serverArguments } from './lib/server-arguments.mjs'

await ensureNode()
if (!existsSync(inRoot('dist', 'server.js'))) {
  console.error('not built yet: run `npm run build`, or `npm run up`, which builds and starts')
  process.exit(1)
}
const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
await becomeProgram(process.execPath, [...serverArguments, ...process.argv.slice(2)], env)
