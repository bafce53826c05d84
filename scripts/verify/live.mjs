// The live tests, with a real Ollama beside them for as long as they run, and a real Open WebUI at hand.
import { withOllama } from './with-ollama.mjs'
import { withOpenWebui } from './with-open-webui.mjs'
import { vitest } from './vitest.mjs'

const run = vitest('vitest.live.config.ts', 40 * 60_000)

/** Without one of them the tests that need it skip themselves; the rest runs. */
export const live = (context) => withOpenWebui(context, (given) => withOllama(given, run))
