/** Calls of tools by server and outcome. Names of tools are no label: a server may have any number of them. */
import { ERROR_CODES, type ErrorCode } from '../errors/index.ts'
import { METRICS } from './definitions.ts'
import { Buckets } from './histogram.ts'

/**
 * How a call ended. The tool itself said `tool-error`; the call was `refused` before it came to that, by us or by the server;
 * the server `failed`.
 */
export const CALL_OUTCOMES = ['succeeded', 'tool-error', 'refused', 'cancelled', 'failed'] as const
export type CallOutcome = (typeof CALL_OUTCOMES)[number]

/** Errors of JSON-RPC that are the caller's: no such method, wrong arguments, not allowed. */
const REFUSALS = new Set(['rpc -32601', 'rpc -32602', 'rpc -32003'])

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERROR_CODES, code)

/** @param error as a call is recorded: null, a code of ours, `tool-error`, `rpc NUMBER` or `http STATUS` */
export function outcomeOf(error: string | null): CallOutcome {
  if (error === null) return 'succeeded'
  if (error === 'tool-error' || error === 'cancelled') return error
  if (REFUSALS.has(error) || (isErrorCode(error) && ERROR_CODES[error].status < 500)) return 'refused'
  return 'failed'
}

interface ServerCalls {
  readonly outcomes: Record<CallOutcome, number>
  readonly seconds: Buckets
}

export class CallFigures {
  readonly servers = new Map<string, ServerCalls>()

  /** Figures of a server, from nothing on: a rate can only be told where there was a count before. */
  of(server: string): ServerCalls {
    let calls = this.servers.get(server)
    if (calls === undefined) {
      calls = {
        outcomes: { succeeded: 0, 'tool-error': 0, refused: 0, cancelled: 0, failed: 0 },
        seconds: new Buckets(METRICS.hwc_ai_tool_call_duration_seconds.buckets),
      }
      this.servers.set(server, calls)
    }
    return calls
  }

  /** Counts a call that ended. Costs a fraction of a microsecond. */
  observe(server: string, error: string | null, seconds: number): void {
    const calls = this.of(server)
    calls.outcomes[outcomeOf(error)] += 1
    calls.seconds.observe(seconds)
  }
}
