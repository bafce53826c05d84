import type { Runs } from '../runs/index.ts'
import { PROGRESS_DIALECT, SSE_HEADERS, streamRun } from './sse.ts'

const ELSEWHERE = 'event: elsewhere\ndata: {"message":"Another process does this run; ask again for its state."}\n\n'

/** What is known of a run that this process does not do, and its end if it has one. */
async function recordOf(runs: Runs, id: string): Promise<string> {
  const run = await runs.get(id)
  const past = (await runs.events(id)).map((event) => PROGRESS_DIALECT.event(event)).join('')
  if (run.error !== null) return past + PROGRESS_DIALECT.error(run.error)
  if (run.ended_at === null) return past + ELSEWHERE
  return past + PROGRESS_DIALECT.result(null, JSON.stringify(await runs.output(id)))
}

/**
 * The events of a run as a stream, from its start. Watching is not running it: when the watcher goes, the run goes on.
 * @throws AppError `not-found`
 */
export async function watchRun(runs: Runs, id: string, method: string): Promise<Response> {
  const live = runs.live(id)
  if (live === undefined) return new Response(await recordOf(runs, id), { headers: SSE_HEADERS })
  // Nobody reads the stream then, so nothing would ever end it.
  if (method === 'HEAD') return new Response(null, { headers: { ...SSE_HEADERS, 'x-run-id': live.id } })
  return streamRun(live, PROGRESS_DIALECT, () => undefined)
}
