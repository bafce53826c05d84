/** The gateway's own listener, `mcp.proxy`: MCP and discovery, nothing else of the API. */
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import type { Core } from '../core/index.ts'
import { AppError, isSystemError, messageOf } from '../errors/index.ts'
import type { ApiEnv } from '../http/env.ts'
import { urlOf } from '../http/own-address.ts'
import { problemResponse } from '../http/respond.ts'
import { lingeringResponse } from '../http/unread-body.ts'
import { gatewayListener } from './gateway/node.ts'
import { mountMcpRoutes } from './http.ts'
import { forgetSeen, noteSeen } from './seen.ts'

/** How often what the servers do is noted for the command line, in milliseconds. */
const NOTE_MS = 2000

export interface McpListener {
  close(): Promise<void>
}

function listenerApp(core: Core): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  mountMcpRoutes(app, core, () => core.settings.mcp.proxy.host)
  app.notFound((c) =>
    problemResponse(
      new AppError('not-found', `There is nothing at ${c.req.path}.`, {
        hint: 'GET /.well-known/mcp.json lists the servers.',
      }),
    ),
  )
  app.onError((error) => {
    core.noteFailure(error, 'mcp')
    return problemResponse(error)
  })
  return app
}

function reasonOf(error: unknown, address: string): string {
  if (isSystemError(error, 'EADDRINUSE')) return `the port of ${address} is taken`
  if (isSystemError(error, 'EADDRNOTAVAIL')) return `${address} is no address of this machine`
  if (isSystemError(error, 'EACCES')) return `this user may not listen on ${address}`
  return messageOf(error)
}

async function open(core: Core, host: string, port: number): Promise<Server> {
  const app = listenerApp(core)
  const listener = getRequestListener((request, { incoming }) =>
    app.fetch(request, { address: incoming.socket.remoteAddress ?? 'unknown' }),
  )
  const calls = gatewayListener(core, () => core.settings.mcp.proxy.host)
  const server = createServer({ ServerResponse: lingeringResponse() }, (request, response) => {
    if (!calls(request, response)) void listener(request, response)
  })
  server.headersTimeout = 15_000
  server.requestTimeout = 60_000
  server.keepAliveTimeout = 65_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return server
}

async function shut(server: Server | null): Promise<void> {
  if (server === null) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}

/** Listens as long as the settings say so, and follows them. A port that is taken is logged and shown, never fatal. */
export async function startMcpListener(core: Core): Promise<McpListener> {
  let server: Server | null = null
  let at: string | null = null
  let closed = false
  let turn = Promise.resolve()

  const follow = async () => {
    core.gateway.refresh()
    const { enable, proxy } = core.settings.mcp
    const wanted = enable && proxy.enable && !closed ? `${proxy.host}:${proxy.port}` : null
    if (wanted === at) return
    await shut(server)
    server = null
    at = wanted
    core.gateway.listener = { state: 'off', reason: null, url: null }
    if (wanted === null) return
    try {
      server = await open(core, proxy.host, proxy.port)
      const address = server.address()
      const url = address === null || typeof address === 'string' ? null : urlOf(address)
      core.gateway.listener = { state: 'listening', reason: null, url }
      core.log.info('the MCP proxy listens', { url })
    } catch (error) {
      // The next change of the settings tries again.
      at = null
      core.gateway.listener = { state: 'failed', reason: reasonOf(error, wanted), url: null }
      core.log.error('the MCP proxy cannot listen', { address: wanted, reason: reasonOf(error, wanted) })
    }
  }
  const inTurn = () => {
    turn = turn.then(follow, follow)
    return turn
  }
  core.settingsManager.onChange(() => {
    inTurn().catch((error: unknown) => core.log.error('the MCP proxy does not follow its settings', { error }))
  })
  await inTurn()

  let noted = ''
  const note = async () => {
    if (core.settings.mcp.enable) noted = await noteSeen(core.gateway, core.store, core.now(), noted)
  }
  const timer = setInterval(() => {
    note().catch((error: unknown) => core.log.error('the note on the MCP servers could not be written', { error }))
  }, NOTE_MS)
  return {
    async close() {
      closed = true
      clearInterval(timer)
      await inTurn()
      if (noted !== '') await forgetSeen(core.store)
    },
  }
}
