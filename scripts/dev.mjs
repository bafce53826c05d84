// `npm run dev`: pages and API straight from the sources, reloading as they change. The API is mounted under `app/` too, so
// Next alone serves both; faster and closer to the real thing is `npm run up`.
import { ensureDependencies } from './lib/deps.mjs'
import { becomeProgram } from './lib/forward.mjs'
import { ensureNode } from './lib/node.mjs'
import { localBin } from './lib/root.mjs'

await ensureNode()
await ensureDependencies()
const address = ['--hostname', process.env.HWC_AI_HOST ?? '127.0.0.1', '--port', process.env.HWC_AI_PORT ?? '6021']
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
await becomeProgram(localBin('next'), ['dev', ...address, ...process.argv.slice(2)], env)
