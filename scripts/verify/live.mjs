// The live tests, with a real Ollama beside them for as long as they run.
import { gemma, modelName } from '../live/gemma.mjs'
import { ollama } from '../live/ollama.mjs'
import { serveOllama } from '../live/serve-ollama.mjs'
import { vitest } from './vitest.mjs'

const run = vitest('vitest.live.config.ts', 20 * 60_000)

/** Without Ollama the tests that need it skip themselves; the rest runs. */
export async function live(context) {
  const program = ollama.find()
  const models = gemma.find()
  if (!program || !models) return run(context)
  const server = await serveOllama({ program, models })
  try {
    const env = {
      ...context.env,
      HWC_AI_TEST_OLLAMA: server.url,
      HWC_AI_TEST_MODEL: modelName,
      HWC_AI_TEST_OLLAMA_BIN: program,
      HWC_AI_TEST_OLLAMA_MODELS: models,
    }
    return await run({ ...context, env })
  } finally {
    await server.stop()
  }
}
