// The unit and the live tests: vitest, counted from its own report.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { localBin, root } from '../lib/root.mjs'
import { runGroup } from '../lib/run-group.mjs'
import { judged } from './outcome.mjs'

function counts(report) {
  try {
    const json = JSON.parse(readFileSync(report, 'utf8'))
    return {
      passed: json.numPassedTests,
      failed: json.numFailedTests,
      skipped: json.numPendingTests + json.numTodoTests,
    }
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

/** A vitest run with the given configuration file. */
export function vitest(config, timeoutMs) {
  return async ({ env, folder }) => {
    const report = join(folder, `${config}.json`)
    const args = ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const result = await runGroup(localBin('vitest'), args, { cwd: root, env, timeoutMs })
    return judged(counts(report), result)
  }
}
