/** Calling a tool: checked, started, waited for as long as the caller has time, recorded, answered in few words. */
import { OWN_TOOLS } from '../calls/index.ts'
import type { Core } from '../core/index.ts'
import { AppError, toAppError } from '../errors/index.ts'
import { isRun, type LinkTo, type Principal, type RunEvent, type Scope } from '../operations/types.ts'
import type { StartedRun } from '../runs/index.ts'
import { doneAnswer, errorOfRun, runningAnswer, type ToolAnswer } from './answer.ts'
import { inputFrom } from './arguments.ts'
import { forModels } from './hints.ts'
import { type Tool, toolsOf } from './list.ts'
import { WAIT_FOR_RUN, waitOutput } from './wait.ts'

export interface ToolRequest {
  tool: Tool
  /** What the model gave. */
  args: unknown
  principal: Principal
  face: 'openapi' | 'mcp'
  link: LinkTo
  /** How long the call may take before it answers with the run it has begun, in milliseconds. */
  waitMs: number
  /** The caller's: while it waits for the run, its going away cancels it. A run that was handed over goes on. */
  signal?: AbortSignal
  /** Told what happens while the call is waited for. */
  onEvent?: (event: RunEvent) => void
  /** Refuses who may not. */
  authorize: (principal: Principal, scope: Scope | 'public') => void
}

export interface CalledTool {
  answer: ToolAnswer
  runId: string | null
}

/** An error of a tool, with the run that it belongs to. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure'
  readonly error: AppError
  readonly runId: string | null

  constructor(error: AppError, runId: string | null) {
    super(error.message, { cause: error })
    this.error = error
    this.runId = runId
  }
}

/** Passes a run's events on until its end or the signal. */
async function pump(run: StartedRun, onEvent: (event: RunEvent) => void, signal: AbortSignal): Promise<void> {
  for await (const event of run.watch(signal)) onEvent(event)
}

/** Waits with someone watching. */
async function watched<T>(run: StartedRun | undefined, request: ToolRequest, wait: () => Promise<T>): Promise<T> {
  const { onEvent } = request
  if (run === undefined || onEvent === undefined) return wait()
  const done = new AbortController()
  const pumping = pump(run, onEvent, done.signal)
  try {
    return await wait()
  } finally {
    done.abort()
    await pumping
  }
}

const OVER = Symbol('the time is over')

/** What a promise resolves to, or {@link OVER} when it takes longer. */
async function inTime<T>(promise: Promise<T>, milliseconds: number): Promise<T | typeof OVER> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<typeof OVER>((resolve) => {
    timer = setTimeout(() => resolve(OVER), milliseconds)
  })
  try {
    return await Promise.race([promise, over])
  } finally {
    clearTimeout(timer)
  }
}

async function callRecorded(core: Core, request: ToolRequest, input: unknown, started: (id: string) => void) {
  const { tool, principal, link, signal, waitMs } = request
  const gone = new AbortController()
  const onAbort = () => gone.abort(new AppError('cancelled', 'The caller went away before the run was done.'))
  signal?.throwIfAborted()
  signal?.addEventListener('abort', onAbort)
  try {
    const run = core.start(tool.operation, input, principal, null, gone.signal)
    started(run.id)
    const result = await watched(run, request, () => inTime(run.result, waitMs))
    return result === OVER
      ? runningAnswer(run.id, await core.runs.events(run.id), link)
      : doneAnswer(tool, result.output, run.id, link)
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

/** The answer of the call that began a run, once it has ended. */
async function callWait(core: Core, request: ToolRequest, input: unknown, started: (id: string) => void) {
  const { tool, principal, link, args } = request
  const id = typeof args === 'object' && args !== null && 'run_id' in args ? String(args.run_id) : ''
  const { run, output, progress } = await watched(core.runs.live(id), request, async () =>
    waitOutput.parse(await core.call(tool.operation, input, principal, null)),
  )
  started(run.id)
  if (run.ended_at === null) return { ...runningAnswer(run.id, [], link), progress }
  if (run.status !== 'succeeded') throw errorOfRun(run)
  const of = toolsOf(core.registry).find(({ name }) => name === run.operation)
  if (of !== undefined && output !== null) return doneAnswer(of, output, run.id, link)
  const note = 'It is done, but its result was too large to keep with the run. The link shows what there is.'
  return doneAnswer(tool, { note }, run.id, link)
}

/**
 * Calls a tool.
 * @throws ToolFailure with words that a model can act on
 */
export async function callTool(core: Core, request: ToolRequest): Promise<CalledTool> {
  const { tool, principal, face, authorize } = request
  const began = performance.now()
  let runId: string | null = null
  const started = (id: string) => void (runId = id)
  const record = (error: string | null) =>
    core.calls.record({
      face,
      server: OWN_TOOLS,
      tool: tool.name,
      principal,
      durationMs: performance.now() - began,
      error,
      runId,
    })
  try {
    authorize(principal, tool.operation.scope)
    const input = inputFrom(tool, request.args)
    const answer =
      tool.name === WAIT_FOR_RUN
        ? await callWait(core, request, input, started)
        : isRun(tool.operation, input)
          ? await callRecorded(core, request, input, started)
          : doneAnswer(tool, await core.call(tool.operation, input, principal, null), null, request.link)
    record(null)
    return { answer, runId }
  } catch (thrown) {
    const error = toAppError(thrown)
    core.noteFailure(error, tool.name)
    record(error.code)
    throw new ToolFailure(forModels(error), runId)
  }
}
