import { createCore } from '../core/index.ts'
import { createLogger } from '../logging/index.ts'
import { serveStdio } from '../mcp/workflows/stdio.ts'

/** `hwc-ai mcp serve`. */
export async function runMcp(): Promise<number> {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  const core = await createCore({ env: process.env, log: createLogger({ level: 'warn' }) })
  try {
    await serveStdio(core, process.stdin, process.stdout, stop.signal)
    return 0
  } finally {
    await core.close()
  }
}
