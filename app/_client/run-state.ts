/** What the stream of a run's events says so far. */
import type { RunEvent } from '#lib/operations/types.ts'
import type { Problem } from './problem.ts'
import type { ServerEvent } from './sse.ts'

export interface RunProgress {
  done: number
  total: number | null
  unit: string
  message?: string
}

export interface RunState {
  phase: 'waiting' | 'running' | 'succeeded' | 'failed' | 'elsewhere'
  steps: readonly string[]
  progress: RunProgress | null
  /** What the model has written, its end when it is long. */
  text: string
  output: unknown
  problem: Problem | null
}

export const NO_NEWS: RunState = { phase: 'waiting', steps: [], progress: null, text: '', output: null, problem: null }

/** Most characters kept of what a model writes while it works. */
const KEEP_TEXT = 4000

function withEvent(state: RunState, event: RunEvent): RunState {
  const running: RunState = { ...state, phase: 'running' }
  switch (event.type) {
    case 'step':
      return { ...running, steps: [...state.steps, event.message], progress: null }
    case 'progress':
      return { ...running, progress: event }
    case 'token':
      return { ...running, text: (state.text + event.text).slice(-KEEP_TEXT) }
    case 'info':
      return running
  }
}

/** The state after one more event of the stream. */
export function withServerEvent(state: RunState, { event, data }: ServerEvent): RunState {
  switch (event) {
    case 'result':
      return { ...state, phase: 'succeeded', output: JSON.parse(data) as unknown }
    case 'error':
      return { ...state, phase: 'failed', problem: JSON.parse(data) as Problem }
    case 'elsewhere':
      return { ...state, phase: 'elsewhere' }
    case 'step':
    case 'progress':
    case 'token':
    case 'info':
      return withEvent(state, JSON.parse(data) as RunEvent)
    default:
      return state
  }
}

export function hasEnded({ phase }: RunState): boolean {
  return phase === 'succeeded' || phase === 'failed'
}
