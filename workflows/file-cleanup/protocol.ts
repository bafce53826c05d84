/** Messages between the thread that asks for a cleanup and the one that does it. */
import { AppError, ERROR_CODES, messageOf, toAppError, type ErrorCode, type Fault } from '#lib/errors/index.ts'
import type { Job, JobResult, Progress } from './engine.ts'
import type { FileForModel, ModelAnswer } from './plan/make-plan.ts'

/** Where the other thread says that a job shall stop: the first number becomes 1. */
export type CancelFlag = Int32Array<SharedArrayBuffer>

/** What a thread is started with. */
export interface WorkerData {
  storeFile: string
  /** Heap from which on the thread is ended after its job. */
  spentBytes: number
}

export type ToWorker =
  | { type: 'job'; id: number; job: Job; cancel: CancelFlag }
  | { type: 'answer'; id: number; answer: ModelAnswer }
  | { type: 'no-answer'; id: number; error: WireError }

export type FromWorker =
  | { type: 'progress'; id: number; progress: Progress }
  | {
      type: 'ask'
      id: number
      files: readonly FileForModel[]
      categories: readonly { id: string; description: string }[]
    }
  /** `isSpent`: the thread holds so much memory now that it is better ended, before anything is made of the result. */
  | { type: 'done'; id: number; result: JobResult; isSpent: boolean }
  | { type: 'failed'; id: number; error: WireError }

/** An error between threads, which would lose its class and its fields. */
export interface WireError {
  code: ErrorCode
  message: string
  hint: string | undefined
  faults: readonly Fault[]
  details: Readonly<Record<string, unknown>>
  stack: string
}

export function wireError(error: unknown): WireError {
  const { code, message, hint, faults, details } = toAppError(error)
  return {
    code,
    message,
    hint,
    faults,
    details,
    stack: error instanceof Error ? (error.stack ?? '') : messageOf(error),
  }
}

export function errorFromWire({ code, message, hint, faults, details, stack }: WireError): AppError {
  const cause = new Error(message)
  cause.stack = stack
  const known = code in ERROR_CODES ? code : 'internal'
  return new AppError(known, message, { ...(hint === undefined ? {} : { hint }), faults, details, cause })
}
