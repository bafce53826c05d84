/** Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
import { toProblem } from '../errors/problem.ts'
import type { RunEvent } from '../operations/types.ts'
import type { StartedRun } from '../runs/index.ts'

/** A comment this often keeps proxies and idle timers from closing a quiet stream, in milliseconds. */
const HEARTBEAT_MS = 15_000

/** How long the start of a stream is held back at most, in milliseconds: a model may take long to load. */
const SETTLE_MS = 3000

export const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // nginx holds a stream back otherwise: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering
  'x-accel-buffering': 'no',
} as const

/** How a run's events become lines of the stream. */
export interface SseDialect {
  event(event: RunEvent): string
  result(output: unknown, json: string): string
  error(problem: object): string
  /** Last words, whatever happened. */
  end: string
}

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`

/** Named events (`step`, `progress`, `token`, `info`), then one `result` or `error`. */
export const PROGRESS_DIALECT: SseDialect = {
  event: (event) => `event: ${event.type}\n${data(event)}`,
  result: (_output, json) => `event: result\ndata: ${json}\n\n`,
  error: (problem) => `event: error\n${data(problem)}`,
  end: '',
}

/** Plain `data:` events ending in `data: [DONE]`, as callers of chat know them. */
export const CHAT_DIALECT: SseDialect = {
  event: (event) =>
    event.type === 'token'
      ? data({ type: 'token', content: event.text })
      : event.type === 'info'
        ? data({ type: event.name, ...(typeof event.data === 'object' ? { data: event.data } : { value: event.data }) })
        : '',
  result: (output) => data({ type: 'done', ...(typeof output === 'object' ? output : {}) }),
  error: (problem) => data({ ...problem, type: 'error' }),
  end: 'data: [DONE]\n\n',
}

/**
 * Waits until a run shows what it becomes, so that one that fails at the start, for want of a backend or because it may not,
 * is answered with its status instead of a stream that says so. What only tells about the run does not count.
 * @throws what the run failed with
 */
export async function settleStart(run: StartedRun): Promise<void> {
  const enough = new AbortController()
  const timer = setTimeout(() => enough.abort(), SETTLE_MS)
  try {
    for await (const event of run.watch(enough.signal)) if (event.type !== 'info') return
  } finally {
    clearTimeout(timer)
  }
  if (!enough.signal.aborted) await run.result
}

/**
 * Streams a run as it happens. When the client goes away, `onGone` is called; a slow client gets joined events, so nothing
 * piles up.
 */
export function streamRun(run: StartedRun, dialect: SseDialect, onGone: () => void): Response {
  const encoder = new TextEncoder()
  const gone = new AbortController()
  const events = run.watch(gone.signal)
  let heartbeat: NodeJS.Timeout | undefined
  let pending: Promise<IteratorResult<RunEvent, void>> | null = null

  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      heartbeat = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(': still working\n\n'))
      }, HEARTBEAT_MS)
      controller.enqueue(encoder.encode(`: run ${run.id}\n\n`))
    },
    async pull(controller) {
      pending ??= events.next()
      const next = await pending
      pending = null
      if (next.done !== true) {
        const text = dialect.event(next.value)
        controller.enqueue(encoder.encode(text === '' ? ':\n\n' : text))
        return
      }
      const last = await run.result.then(
        ({ output, json }) => dialect.result(output, json),
        (error: unknown) => dialect.error(toProblem(error, run.id)),
      )
      clearInterval(heartbeat)
      if (gone.signal.aborted) return
      controller.enqueue(encoder.encode(last + dialect.end))
      controller.close()
    },
    cancel() {
      clearInterval(heartbeat)
      gone.abort()
      onGone()
    },
  })
  return new Response(stream, { headers: { ...SSE_HEADERS, 'x-run-id': run.id } })
}
