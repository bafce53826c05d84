// The journeys of a person: Playwright drives Debian's Chromium against the built app.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from '../live/chromium.mjs'
import { localBin, root } from '../lib/root.mjs'
import { runGroup } from '../lib/run-group.mjs'
import { judged } from './outcome.mjs'
import { withOllama } from './with-ollama.mjs'
import { withOpenWebui } from './with-open-webui.mjs'

const timeoutMs = 20 * 60_000

function counts(report) {
  try {
    const { stats } = JSON.parse(readFileSync(report, 'utf8'))
    // Where CI is set a journey is tried again, as on a loaded machine one may miss its time; the list above names it as flaky.
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

async function journeys({ env, folder }) {
  const report = join(folder, 'playwright.json')
  const result = await runGroup(localBin('playwright'), ['test', '--reporter=list,json'], {
    cwd: root,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report, HWC_AI_TEST_CHROMIUM: chromium.find() ?? '' },
    timeoutMs,
  })
  return judged(counts(report), result)
}

export const browser = (context) => withOpenWebui(context, (given) => withOllama(given, journeys))
