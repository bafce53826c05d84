/** What a tool answers a model: few words, and where the whole can be seen. */
import * as z from 'zod'
import { AppError, ERROR_CODES, type ErrorCode } from '../errors/index.ts'
import type { LinkTo, RunEvent } from '../operations/types.ts'
import type { Run } from '../runs/index.ts'
import type { Tool } from './list.ts'
import { fit, MAX_ANSWER_BYTES, shorten } from './small.ts'

/** Bytes kept for what stands around the result. */
const FRAME_BYTES = 600
const MAX_STEP = 160

/** The answer of a tool that has done its work. */
export interface DoneAnswer {
  status: 'done'
  /** The recorded run; absent for what is not recorded. */
  run_id?: string
  /** Page on which a person sees the whole. */
  link?: string
  result: Readonly<Record<string, unknown>>
}

/** The answer of a tool whose work goes on. */
export interface RunningAnswer {
  status: 'running'
  run_id: string
  link: string
  /** How far it is, in words. */
  progress: string
  /** What the model does next. */
  next: string
}

export type ToolAnswer = DoneAnswer | RunningAnswer

/** As JSON Schema, for those who check what they get. */
export const ANSWER_SCHEMA = {
  type: 'object',
  description: 'status done: the result is here. status running: the work goes on; call wait_for_run with the run_id.',
  properties: {
    status: { type: 'string', enum: ['done', 'running'] },
    run_id: { type: 'string', description: 'The recorded run' },
    link: { type: 'string', description: 'Page on which the person sees the whole' },
    result: { type: 'object', description: 'The result in short, when done' },
    progress: { type: 'string', description: 'How far it is, while running' },
    next: { type: 'string', description: 'What to do next, while running' },
  },
  required: ['status'],
} as const

const record = z.record(z.string(), z.unknown())

/** The small answer of a tool's output. */
export function doneAnswer(tool: Tool, output: unknown, runId: string | null, link: LinkTo): DoneAnswer {
  const { link: own, ...result } = tool.face.answer?.(output, link) ?? record.parse(output)
  const page = typeof own === 'string' ? own : runId === null ? null : link(`/runs/${runId}`)
  return {
    status: 'done',
    ...(runId === null ? {} : { run_id: runId }),
    ...(page === null ? {} : { link: page }),
    result: fit(result, MAX_ANSWER_BYTES - FRAME_BYTES),
  }
}

/** How far a run is, from its steps and its newest progress. */
export function progressText(events: readonly RunEvent[]): string {
  const step = events.findLast((event) => event.type === 'step')?.message
  const progress = events.findLast((event) => event.type === 'progress')
  const what = shorten(progress?.message ?? step ?? 'It has begun', MAX_STEP)
  if (progress === undefined) return what
  const { done, total, unit } = progress
  return total === null ? `${what}: ${done} ${unit} so far` : `${what}: ${done} of ${total} ${unit}`
}

export function runningAnswer(runId: string, events: readonly RunEvent[], link: LinkTo): RunningAnswer {
  return {
    status: 'running',
    run_id: runId,
    link: link(`/runs/${runId}`),
    progress: progressText(events),
    next: `The work goes on. Tell the person how far it is, then call wait_for_run with run_id ${runId}. Do not start it again.`,
  }
}

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERROR_CODES, code)

/** What a recorded run failed with, as the error it was. */
export function errorOfRun({ status, error }: Pick<Run, 'status' | 'error'>): AppError {
  if (error === null)
    return new AppError(status === 'cancelled' ? 'cancelled' : 'interrupted', 'The run ended without a result.')
  return new AppError(isErrorCode(error.code) ? error.code : 'internal', error.detail, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  })
}
