import { describe, expect, it } from 'vitest'
import { hasEnded, NO_NEWS, withServerEvent } from './run-state.ts'

const event = (name: string, data: unknown) => ({ event: name, data: JSON.stringify(data) })
const after = (...events: ReturnType<typeof event>[]) => events.reduce(withServerEvent, NO_NEWS)

describe('the state of a run', () => {
  it('begins its figures anew with each step', () => {
    const state = after(
      event('step', { type: 'step', message: 'Reading' }),
      event('progress', { type: 'progress', done: 3, total: 9, unit: 'files' }),
      event('step', { type: 'step', message: 'Writing' }),
    )
    expect(state).toMatchObject({ phase: 'running', steps: ['Reading', 'Writing'], progress: null })
  })

  it('keeps what was said before a failure', () => {
    const state = after(
      event('token', { type: 'token', text: 'Half' }),
      event('error', { detail: 'The model went away.' }),
    )
    expect(state).toMatchObject({ phase: 'failed', text: 'Half', problem: { detail: 'The model went away.' } })
    expect(hasEnded(state)).toBe(true)
  })

  it('is not over while another process does the work', () => {
    expect(hasEnded(after(event('elsewhere', {})))).toBe(false)
  })

  it('passes over events it does not know', () => {
    expect(after(event('later', {}))).toEqual(NO_NEWS)
  })
})
