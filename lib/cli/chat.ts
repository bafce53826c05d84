import { chatServices } from '#workflows/chat-cli/repl/services.ts'
import { runChatRepl } from '#workflows/chat-cli/repl.ts'
import { createCore } from '../core/index.ts'
import { createLogger } from '../logging/index.ts'
import { onStop } from './stop.ts'

/** `hwc-ai chat`. */
export async function runChat(words: readonly string[], json: boolean): Promise<number> {
  const core = await createCore({ env: process.env, log: createLogger({ level: 'error' }) })
  try {
    return await runChatRepl({
      services: chatServices(core),
      args: words,
      json,
      input: process.stdin,
      output: process.stdout,
      error: process.stderr,
      env: process.env,
      cwd: process.cwd(),
      onStop,
    })
  } finally {
    await core.close()
  }
}
