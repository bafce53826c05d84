/**
 * Requests on their way to a server with an address. Each call among them is recorded once, whether its answer comes, comes on
 * another stream, or never does.
 */
import type { Principal } from '../../operations/types.ts'
import { type MessageId, type RpcFailure, rpcError, type RpcResponse } from './jsonrpc.ts'
import type { Incoming } from './session.ts'
import { callError, failureName, type OpenCall, type ToolGate } from './tools.ts'

export class OpenRequests {
  /** Null for what is no call. */
  readonly #open = new Map<MessageId, OpenCall | null>()

  constructor(incoming: readonly Incoming[], gate: ToolGate, principal: Principal) {
    for (const { message } of incoming) {
      if (message.kind !== 'request') continue
      const tool = message.method === 'tools/call' ? message.params?.['name'] : undefined
      this.#open.set(message.id, typeof tool === 'string' ? gate.begin(tool, 'mcp', principal) : null)
    }
  }

  get size(): number {
    return this.#open.size
  }

  answered(response: RpcResponse): void {
    this.#open.get(response.id)?.ended(callError(response))
    this.#open.delete(response.id)
  }

  /** None of them will be answered. @param error as the record says it */
  ended(error: string): void {
    for (const call of this.#open.values()) call?.ended(error)
    this.#open.clear()
  }

  /** The same. @returns what the client is told of each */
  failed(failure: RpcFailure): string[] {
    const ids = [...this.#open.keys()]
    this.ended(failureName(failure))
    return ids.map((id) => rpcError(id, failure.code, failure.message))
  }
}

/** Requests whose stream was cut, by session: a client may ask for the rest on another stream. */
export class LeftRequests {
  readonly #bySession = new Map<string, Set<OpenRequests>>()
  readonly #limitMs: number

  /** @param limitMs how long an answer may still come */
  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  add(session: string, requests: OpenRequests): void {
    const left = this.#bySession.get(session) ?? new Set()
    this.#bySession.set(session, left.add(requests))
    setTimeout(() => this.#forget(session, requests), this.#limitMs).unref()
  }

  #forget(session: string, requests: OpenRequests): void {
    requests.ended('mcp-timeout')
    const left = this.#bySession.get(session)
    left?.delete(requests)
    if (left?.size === 0) this.#bySession.delete(session)
  }

  answered(session: string, response: RpcResponse): void {
    for (const requests of this.#bySession.get(session) ?? []) requests.answered(response)
  }
}
