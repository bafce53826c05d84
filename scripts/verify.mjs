// `npm run verify`: everything that must hold, in one go, without a terminal. Ends with one line of counts.
//   --live        installs the real programs that the tests talk to (always so under CI)
//   --only NAME   one tier: format, lint, types, unit, live, browser, api
import { parseArgs } from 'node:util'
import { ensureNode } from './lib/node.mjs'
import { verify } from './verify/verify.mjs'

await ensureNode()
const { values } = parseArgs({ options: { live: { type: 'boolean' }, only: { type: 'string', multiple: true } } })
const ci = ['1', 'true'].includes((process.env.CI ?? '').toLowerCase())
const { passed, failed, skipped } = await verify({ strict: ci || values.live === true, only: values.only })
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exit(failed > 0 ? 1 : 0)
