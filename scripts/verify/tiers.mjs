// What `npm run verify` runs, in this order.
import { browser } from './browser.mjs'
import { check } from './check.mjs'
import { live } from './live.mjs'
import { schemathesis } from './schemathesis.mjs'
import { vitest } from './vitest.mjs'

/**
 * `needs`: real programs without which the tier cannot run at all. `waits`: it is worth waiting for the programs that are
 * being installed meanwhile. `built`: it runs against the built app.
 */
export const tiers = [
  { name: 'format', title: 'formatting', run: check('prettier', ['--check', '--log-level=warn', '.']) },
  { name: 'lint', title: 'lint rules', run: check('eslint', ['.', '--max-warnings=0']) },
  { name: 'types', title: 'types', run: check('tsc', ['--noEmit', '--project', '.']) },
  { name: 'unit', title: 'unit tests', run: vitest('vitest.config.ts', 10 * 60_000) },
  { name: 'live', title: 'tests with real programs', built: true, waits: true, run: live },
  { name: 'browser', title: 'browser journeys', built: true, waits: true, needs: ['chromium'], run: browser },
  {
    name: 'api',
    title: 'the API as a stranger tests it',
    built: true,
    waits: true,
    needs: ['schemathesis'],
    run: schemathesis,
  },
]
