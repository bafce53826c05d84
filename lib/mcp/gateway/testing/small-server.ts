/** A small MCP server over standard input, for tests: a real program whose tools do what a misbehaving one would. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

interface Incoming {
  id?: number | string
  method?: string
  params?: {
    name?: string
    arguments?: Record<string, string>
    _meta?: { progressToken?: number | string }
    requestId?: unknown
    protocolVersion?: unknown
  }
  result?: unknown
}

type Tool = (args: Record<string, string>, message: Incoming) => Promise<string> | string

/** The version of the protocol that it speaks, `none`, or `deep` for a list of tools that nobody can write. */
const SPEAKS = process.argv[2] ?? '2025-06-18'
let calls = 0
let lastLine = ''
const waiting = new Map<unknown, (text: string) => void>()
const hoarded: Buffer[] = []

function send(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
}

function connects(port: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.destroy()
      resolve('connected')
    })
    socket.on('error', (error) => resolve(error.message))
  })
}

const TOOLS: Record<string, Tool> = {
  echo: ({ text = '' }) => text,
  count: () => String(++calls),
  raw: () => lastLine,
  big: ({ chars = '0' }) => 'x'.repeat(Number(chars)),
  crash: () => process.exit(3),
  complain: ({ text = '' }) => {
    process.stderr.write(`${text}\n`)
    return 'said'
  },
  environment: () => JSON.stringify(process.env),
  read: ({ path = '' }) => readFileSync(path, 'utf8'),
  write: ({ path = '' }) => {
    writeFileSync(path, 'written')
    return 'written'
  },
  connect: ({ port = '0' }) => connects(port),
  offspring: () => {
    spawn('sleep', ['613'], { stdio: 'ignore', detached: true }).unref()
    return 'left behind'
  },
  hoard: async ({ mib = '0' }) => {
    hoarded.push(Buffer.alloc(Number(mib) * 1024 ** 2, 1))
    await new Promise((resolve) => setTimeout(resolve, 30_000))
    return 'kept'
  },
  /** Answers when it is cancelled; tells its progress first. */
  wait: (_args, { id, params }) => {
    const progressToken = params?._meta?.progressToken
    if (progressToken !== undefined)
      send({ method: 'notifications/progress', params: { progressToken, progress: 1, total: 2 } })
    return new Promise((resolve) => waiting.set(id, resolve))
  },
  release: () => {
    const released = waiting.size
    for (const resolve of waiting.values()) resolve('released')
    waiting.clear()
    return String(released)
  },
  cancelled: () => JSON.stringify(cancelled),
  fail: () => {
    throw new Error('it went wrong')
  },
}
const cancelled: unknown[] = []

/** JSON that libraries read and cannot write. */
const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`

function sendRaw(json: string): void {
  process.stdout.write(`${json}\n`)
}

async function call(message: Incoming): Promise<void> {
  const { id, params } = message
  if (params?.name === 'deep') {
    const token = JSON.stringify(params._meta?.progressToken ?? 0)
    sendRaw(`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${token},"x":${DEEP}}}`)
    sendRaw(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"structuredContent":${DEEP}},"more":1}`)
    return
  }
  if (params?.name === 'say') {
    sendRaw((params.arguments?.['answer'] ?? '').replace('#', JSON.stringify(id)))
    return
  }
  const tool = TOOLS[params?.name ?? '']
  if (tool === undefined) {
    send({ id, error: { code: -32602, message: `no tool ${params?.name ?? ''}` } })
    return
  }
  try {
    send({ id, result: { content: [{ type: 'text', text: await tool(params?.arguments ?? {}, message) }] } })
  } catch (error) {
    send({ id, result: { isError: true, content: [{ type: 'text', text: String(error) }] } })
  }
}

function receive(message: Incoming): void {
  const { id, method, params } = message
  if (method === 'initialize' && (SPEAKS === 'none' || params?.protocolVersion === 'unheard-of'))
    send({ id, error: { code: -32602, message: 'no such protocol' } })
  else if (method === 'initialize')
    send({
      id,
      result: {
        protocolVersion: SPEAKS === 'deep' ? '2025-06-18' : SPEAKS,
        capabilities: { tools: {} },
        serverInfo: { name: 'small', version: '1' },
      },
    })
  else if (method === 'tools/list' && SPEAKS === 'deep')
    sendRaw(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"tools":[{"name":"echo","inputSchema":${DEEP}}]}}`)
  else if (method === 'tools/list')
    send({ id, result: { tools: Object.keys(TOOLS).map((name) => ({ name, inputSchema: { type: 'object' } })) } })
  else if (method === 'tools/call') void call(message)
  else if (method === 'notifications/cancelled') {
    cancelled.push(params?.requestId)
    waiting.delete(params?.requestId)
  } else if (id !== undefined && method !== undefined)
    send({ id, error: { code: -32601, message: `no method ${method}` } })
}

createInterface({ input: process.stdin }).on('line', (line) => {
  lastLine = line
  receive(JSON.parse(line) as Incoming)
})
