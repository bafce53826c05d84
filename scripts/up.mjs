// `npm run up`: from a fresh clone to a running server, in the foreground. The server itself prints its address.
import { buildApp } from './lib/build-app.mjs'
import { ensureDependencies } from './lib/deps.mjs'
import { becomeProgram } from './lib/forward.mjs'
import { ensureNode } from './lib/node.mjs'
import { serverArguments } from './lib/server-arguments.mjs'

await ensureNode()
try {
  await ensureDependencies()
  await buildApp()
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
await becomeProgram(process.execPath, [...serverArguments, ...process.argv.slice(2)], env)
