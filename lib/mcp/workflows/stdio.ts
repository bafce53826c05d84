/** The workflows over MCP on standard input and output, for clients that start their servers themselves. */
import type { Readable, Writable } from 'node:stream'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import type { Core } from '../../core/index.ts'
import { urlOf } from '../../http/own-address.ts'
import type { Principal } from '../../operations/types.ts'
import { runningServer } from '../../system/index.ts'
import { createWorkflowServer } from './server.ts'

/**
 * A model acts here, not the person at the shell: it may plan, run and apply, but reads only in the allowed folders, and
 * keys and settings are not its business.
 */
const STDIO_PRINCIPAL: Principal = {
  kind: 'key',
  id: 'mcp-stdio',
  name: 'MCP on standard input',
  scopes: ['read', 'run', 'apply'],
}

/** Serves until the input ends or the signal aborts. The output carries the protocol and nothing else. */
export async function serveStdio(core: Core, input: Readable, output: Writable, signal: AbortSignal): Promise<void> {
  const { host, port } = core.settings['local-workflows'].api
  const base = (await runningServer(core.store))?.address ?? urlOf({ address: host, port })
  const server = createWorkflowServer({
    core,
    caller: { principal: STDIO_PRINCIPAL, link: (path) => base + path },
    refresh: async () => {
      await core.settingsManager.reloadIfChanged()
    },
  })
  const ended = new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error'] as const) input.once(event, () => resolve())
    // The client went away without closing our input.
    output.once('error', () => resolve())
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await server.connect(new StdioServerTransport(input, output))
  await ended
  await server.close()
}
