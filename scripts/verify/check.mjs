// Checks that pass or fail as a whole: formatting, lint rules, types.
import { localBin, root } from '../lib/root.mjs'
import { runGroup } from '../lib/run-group.mjs'
import { failed, passed } from './outcome.mjs'

const timeoutMs = 10 * 60_000

/** One of the project's own tools, counted as a single test. */
export function check(tool, args) {
  return async ({ env }) => {
    const result = await runGroup(localBin(tool), args, { cwd: root, env, timeoutMs })
    return result.code === 0 ? passed() : failed(result.output)
  }
}
