/** Requests as bytes, for what two ways of answering may differ in. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

export async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

export function shut(server: Server): void {
  server.closeAllConnections()
  server.close()
}

const portOf = (server: Server) => (server.address() as AddressInfo).port

export const addressOf = (server: Server): string => `http://127.0.0.1:${portOf(server)}`

export function connectTo(server: Server): Socket {
  return connect(portOf(server), '127.0.0.1')
}

/** Header names are the same in any case, and their order says nothing. */
function inOrder(answer: string): string {
  const end = answer.indexOf('\r\n\r\n')
  const [status = '', ...headers] = answer.slice(0, Math.max(0, end)).split('\r\n')
  const named = headers.map((header) => header.replace(/^[^:]+/, (name) => name.toLowerCase()))
  return [status, ...named.sort(), answer.slice(end)].join('\r\n')
}

/** Sends bytes as they are; gives back the answer without what differs each time. */
export function raw(server: Server, head: readonly string[], body: string | readonly Buffer[]): Promise<string> {
  const parts = typeof body === 'string' ? [Buffer.from(body)] : body
  return new Promise((resolve) => {
    const socket = connectTo(server)
    let answer = ''
    const done = () => {
      const told = inOrder(answer)
        .replace(/^(date|mcp-session-id|x-run-id):.*\r\n/gim, '')
        .replace(/"(run_id|instance)":"[^"]*"/g, '')
        .replace(/run_[0-9a-z]{20}/g, 'run')
      resolve(told)
    }
    socket.on('data', (data) => (answer += data.toString('utf8')))
    socket.on('close', done)
    socket.on('error', done)
    socket.write(`${head.join('\r\n')}\r\nConnection: close\r\n\r\n`)
    for (const part of parts) socket.write(part)
  })
}
