/** A request that the gateway itself sends to a server. */
import { randomUUID } from 'node:crypto'
import { AppError } from '../../errors/index.ts'
import type { Connection } from './connection.ts'
import { type JsonObject, RPC_CODES, type RpcFailure, type RpcResponse } from './jsonrpc.ts'

/** What a failure of the protocol is to the rest of the app. */
export function failureError({ code, message }: RpcFailure): AppError {
  if (code === RPC_CODES.timeout) return new AppError('mcp-timeout', message)
  return new AppError('mcp-server', message, {
    hint: 'What it said is shown on the page MCP, and by: hwc-ai mcp log NAME',
  })
}

/** @throws AppError when the server answered with an error */
export function resultOf({ result, error }: Pick<RpcResponse, 'result' | 'error'>): JsonObject {
  if (result !== null) return result
  const text = error?.['message']
  const code = error?.['code']
  const message = typeof text === 'string' ? text : 'The server answered with an error.'
  throw new AppError(code === RPC_CODES.invalidParams ? 'invalid-input' : 'mcp-server', message, {
    details: { code, ...(error?.['data'] === undefined ? {} : { data: error['data'] }) },
  })
}

/**
 * Sends a request and waits for its result.
 * @param timeoutMs when shorter than the server's own limit for a call
 * @throws AppError `mcp-server`, `mcp-timeout`, `invalid-input`
 */
export function ask(
  connection: Connection,
  method: string,
  params: JsonObject,
  timeoutMs: number | null = null,
): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const id = `hwc-ai-${randomUUID()}`
    const value = { jsonrpc: '2.0', id, method, params }
    const message = { kind: 'request', id, method, params, value } as const
    const timer: { running?: NodeJS.Timeout } = {}
    const wireId = connection.request(JSON.stringify(value), message, {
      related: () => undefined,
      answered: (_text, response) => {
        clearTimeout(timer.running)
        try {
          resolve(resultOf(response))
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)))
        }
      },
      failed: (failure) => {
        clearTimeout(timer.running)
        reject(failureError(failure))
      },
    })
    if (timeoutMs === null) return
    const late = { code: RPC_CODES.timeout, message: `The server did not answer "${method}" in time.` }
    timer.running = setTimeout(() => connection.cancel(wireId, late.message, late), timeoutMs)
    timer.running.unref()
  })
}
