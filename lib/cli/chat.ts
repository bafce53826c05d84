import { type ChatServices, runChatRepl } from '#workflows/chat-cli/repl.ts'
import { LOCAL_PRINCIPAL } from '../auth/index.ts'
import { type Core, createCore } from '../core/index.ts'
import { createLogger } from '../logging/index.ts'
import { validateInput } from '../operations/validate.ts'

/** Calls operations of this core as the person at the shell. */
function servicesOf(core: Core): ChatServices {
  return {
    models: core.models,
    store: core.store,
    settings: core.settings,
    async call(operation, input, { signal, onEvent } = {}) {
      const checked = validateInput(operation.input, input)
      const registered = core.registry.operation(operation.id)
      if (!operation.recorded) return operation.output.parse(await core.call(registered, checked, LOCAL_PRINCIPAL, null))
      const run = core.start(registered, checked, LOCAL_PRINCIPAL, null, signal)
      for await (const event of run.watch(new AbortController().signal)) onEvent?.(event)
      return operation.output.parse((await run.result).output)
    },
  }
}

/** `hwc-ai chat`. */
export async function runChat(words: readonly string[], json: boolean): Promise<number> {
  const core = await createCore({ env: process.env, log: createLogger({ level: 'error' }) })
  try {
    return await runChatRepl({
      services: servicesOf(core),
      args: words,
      json,
      input: process.stdin,
      output: process.stdout,
      error: process.stderr,
      env: process.env,
      cwd: process.cwd(),
      onInterrupt: (listener) => {
        process.on('SIGINT', listener)
        return () => void process.off('SIGINT', listener)
      },
    })
  } finally {
    await core.close()
  }
}
