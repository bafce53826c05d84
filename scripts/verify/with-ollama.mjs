// A real Ollama beside a tier, where this machine has one.
import { gemma, modelName } from '../live/gemma.mjs'
import { ollama } from '../live/ollama.mjs'
import { serveOllama } from '../live/serve-ollama.mjs'

/** Runs a tier with the address of a real Ollama and the name of its model in the environment, or as it is without one. */
export async function withOllama(context, run) {
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
