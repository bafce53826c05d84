/** One process: the API answers first, and only what is not the API's is left to the pages. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import * as z from 'zod'
import { createCore, type Core } from '../core/index.ts'
import { PATH_HEADER, publishCore } from '../core/shared.ts'
import { AppError, isSystemError } from '../errors/index.ts'
import { createApi } from '../http/app.ts'
import { operationListener } from '../http/node.ts'
import { urlOf } from '../http/own-address.ts'
import { lingeringResponse } from '../http/unread-body.ts'
import { createLogger, type Logger } from '../logging/index.ts'
import { gatewayListener } from '../mcp/gateway/node.ts'
import { type McpListener, startMcpListener } from '../mcp/listener.ts'
import { endAll } from '../process/end-all.ts'
import { processOwner } from '../process/index.ts'
import { claimServer, forgetServerFact, saveServerFact, type ServerFact } from '../system/index.ts'
import { type Background, startBackground } from './background.ts'
import { applyPagePolicy } from './page-policy.ts'
import { hostRefusal, isApi } from './requests.ts'

export interface ServerOptions {
  env: Readonly<Record<string, string | undefined>>
  /** Folder with the built pages; null serves the API alone. */
  pagesDir: string | null
  log?: Logger
  /** Where the address and the first-run link are printed. */
  print?: (line: string) => void
}

export interface RunningServer {
  core: Core
  /** e.g. `http://127.0.0.1:6021`. */
  url: string
  /** Stops taking requests, cancels runs, writes what is left. */
  close(): Promise<void>
}

type PageHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Room for the longest input that an address may carry: a path of 4096 characters, each of up to twelve bytes in an address. */
const MAX_HEADER_BYTES = 96 * 1024

const builtPages = z.object({ config: z.record(z.string(), z.unknown()) })

/** Loads the pages at the first request for one: a server that only answers its API never takes their 30 MB. */
function pagesListener(pagesDir: string, log: Logger): RequestListener {
  let loading: Promise<PageHandler> | null = null
  const load = async () => {
    const { default: next } = await import('next')
    // The configuration as the build resolved it, handed over as the server of Next's own standalone output does: reading
    // next.config.ts again would load a compiler into this process (40 MB).
    const text = await readFile(join(pagesDir, '.next', 'required-server-files.json'), 'utf8')
    process.env['__NEXT_PRIVATE_STANDALONE_CONFIG'] = JSON.stringify(builtPages.parse(JSON.parse(text)).config)
    const app = next({ dev: false, dir: pagesDir })
    await app.prepare()
    return app.getRequestHandler()
  }
  return (request, response) => {
    loading ??= load().catch((error: unknown) => {
      // What is amiss now, such as too many open files, may not be at the next request.
      loading = null
      throw error
    })
    loading
      .then((handle) => handle(request, response))
      .catch((error: unknown) => {
        log.error('a page failed', { error, path: request.url })
        if (response.headersSent) response.destroy()
        else
          response
            .writeHead(500, { 'content-type': 'text/plain' })
            .end('The page failed; the log of the server says why.\n')
      })
  }
}

async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  }).catch((error: unknown) => {
    if (isSystemError(error, 'EADDRINUSE'))
      throw new AppError('conflict', `Port ${port} on ${host} is taken.`, {
        cause: error,
        hint: 'Stop the other program, or set HWC_AI_PORT to a free port.',
      })
    if (isSystemError(error, 'EADDRNOTAVAIL') || isSystemError(error, 'EACCES'))
      throw new AppError('settings-invalid', `This machine cannot listen on ${host}:${port}.`, {
        cause: error,
        hint: 'Check HWC_AI_HOST and HWC_AI_PORT.',
      })
    throw error
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port')
  return address
}

async function announce(core: Core, url: string, print: (line: string) => void): Promise<void> {
  print(`hwc-ai ${core.version} listens on ${url}`)
  if (core.hasOwnerKey || (await core.admin.hasPassword())) return
  // In the fragment, so that it reaches no log and no other server.
  print(`First run: set the admin password at ${url}/first-run#${await core.admin.createFirstRunToken()}`)
  print('The link works once, for 24 hours.')
}

/**
 * Two servers on one state folder would both keep its schedule.
 * @throws AppError `conflict`
 */
async function refuseSecondServer(core: Core, fact: ServerFact): Promise<void> {
  try {
    const other = await claimServer(core.store, fact, core.now())
    if (other === null) return
    throw new AppError('conflict', `A server already runs on ${core.stateDir}: ${other.address}`, {
      hint: 'Stop it first, or give this one a state folder of its own with HWC_AI_STATE.',
    })
  } catch (error) {
    await core.close()
    throw error
  }
}

/** Who answers a request: the quick ways of the API, then the API, and the pages for all the rest. */
function requestListener(core: Core, pages: RequestListener | null): RequestListener {
  const api = createApi(core)
  const apiListener = getRequestListener((request, { incoming }) =>
    api.fetch(request, { address: incoming.socket.remoteAddress ?? 'unknown' }),
  )
  const operations = operationListener(core)
  const calls = gatewayListener(core, () => core.settings['local-workflows'].api.host)
  return (request, response) => {
    if (operations(request, response) || calls(request, response)) return
    if (pages === null || isApi(request)) {
      void apiListener(request, response)
      return
    }
    const refusal = hostRefusal(request.headers.host, core.allowedHosts)
    if (refusal !== null) {
      void getRequestListener(() => refusal)(request, response)
      return
    }
    // A page does not see the address it is asked for; the sign-in needs it to lead back there.
    request.headers[PATH_HEADER] = request.url
    applyPagePolicy(request, response)
    pages(request, response)
  }
}

/** Ends what was begun, before it is told that the start failed: a server that listens would keep the process, half started. */
async function abandon(server: Server, core: Core, mcp: McpListener | null): Promise<void> {
  if (server.listening) server.close()
  server.closeAllConnections()
  await endAll([() => mcp?.close(), () => forgetServerFact(core.store), () => core.close()]).catch((error: unknown) =>
    core.log.warn('a start that failed could not be taken back whole', { error }),
  )
}

/**
 * Starts the app.
 * @throws AppError `settings-invalid` with all faults, `conflict` when the port is taken; nothing runs on then
 */
export async function startServer({
  env,
  pagesDir,
  log: givenLog,
  print = (line) => process.stdout.write(`${line}\n`),
}: ServerOptions): Promise<RunningServer> {
  const log = givenLog ?? createLogger()
  const core = await createCore({ env, log })
  const { host, port } = core.settings['local-workflows'].api
  const startedAt = core.now()
  const factAt = (address: string): ServerFact => ({
    owner: processOwner(),
    version: core.version,
    address,
    started_at: startedAt.toISOString(),
    requests_processed: core.requests,
  })
  await refuseSecondServer(core, factAt(urlOf({ address: host, port })))
  publishCore(core)
  const pages = pagesDir === null ? null : pagesListener(pagesDir, log)
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, ServerResponse: lingeringResponse() },
    requestListener(core, pages),
  )
  // Slow senders: headers within 15 s, a whole request within a minute, so that idle sockets cannot pile up.
  server.headersTimeout = 15_000
  server.requestTimeout = 60_000
  server.keepAliveTimeout = 65_000
  let mcp: McpListener | null = null
  try {
    const url = urlOf(await listen(server, host, port))
    core.serving(startedAt, url)
    const fact = () => saveServerFact(core.store, factAt(url), core.now())
    await fact()
    await announce(core, url, print)
    mcp = await startMcpListener(core)
    const background = await startBackground(core, fact)
    return runningServer({ core, url, server, mcp, background })
  } catch (error) {
    await abandon(server, core, mcp)
    throw error
  }
}

interface Parts {
  core: Core
  url: string
  server: Server
  mcp: McpListener
  background: Background
}

function runningServer({ core, url, server, mcp, background }: Parts): RunningServer {
  return {
    core,
    url,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      await endAll([
        () => background.stop(),
        () => mcp.close(),
        () => core.runs.stop(),
        () => server.closeAllConnections(),
        () => closed,
        () => forgetServerFact(core.store),
        () => core.close(),
      ])
    },
  }
}
