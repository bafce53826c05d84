// The live tests, with a real Ollama beside them for as long as they run.
import { withOllama } from './with-ollama.mjs'
import { vitest } from './vitest.mjs'

const run = vitest('vitest.live.config.ts', 20 * 60_000)

/** Without Ollama the tests that need it skip themselves; the rest runs. */
export const live = (context) => withOllama(context, run)
