/** `hwc-ai chat` alone, on this process's own streams, for tests through a real terminal: settings come from the environment. */
import { onStop, watchOutput } from '../../lib/cli/stop.ts'
import { createCore } from '../../lib/core/index.ts'
import { toAppError } from '../../lib/errors/index.ts'
import { silentLogger } from '../../lib/logging/index.ts'
import { createRegistry } from '../../lib/operations/registry.ts'
import { chatCli } from '../../workflows/chat-cli/definition.ts'
import { chatServices } from '../../workflows/chat-cli/repl/services.ts'
import { runChatRepl } from '../../workflows/chat-cli/repl.ts'

watchOutput()
const core = await createCore({ env: process.env, log: silentLogger, registry: createRegistry([chatCli], []) })
try {
  process.exitCode = await runChatRepl({
    services: chatServices(core),
    args: process.argv.slice(2).filter((word) => word !== '--json'),
    json: process.argv.includes('--json'),
    input: process.stdin,
    output: process.stdout,
    error: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    onStop,
  })
} catch (error) {
  process.stderr.write(`${toAppError(error).code}: ${toAppError(error).message}\n`)
  process.exitCode = 1
} finally {
  await core.close()
}
