import { describeProvider } from '../conformance.ts'
import { realHarness, REAL_OLLAMA_SKIPS, withRealOllama } from '../real-ollama.ts'
import { createOpenAiCompatibleProvider } from './provider.ts'

// Ollama speaks this wire too, under /v1: a server that nobody here wrote.
withRealOllama((ollama) => {
  describeProvider(
    'openai-compatible (real Ollama)',
    () => realHarness(ollama, (endpoint) => createOpenAiCompatibleProvider({ endpoint })),
    { skip: REAL_OLLAMA_SKIPS },
  )
})
