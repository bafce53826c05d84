import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { api } from './api.ts'
import { connection, noteAnswer, onConnection } from './connection.ts'
import { isUnreachable } from './problem.ts'

const answers = vi.fn<typeof fetch>()
const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('fetch', answers)
  noteAnswer()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the connection', () => {
  it('is silent from the first question that finds nobody until something answers', async () => {
    const heard: string[] = []
    const stop = onConnection(() => heard.push(connection().state))
    answers.mockRejectedValueOnce(new TypeError('fetch failed'))
    const asked = api('/api/runs')
    await expect(asked).rejects.toSatisfy(isUnreachable)
    answers.mockResolvedValueOnce(json(200, {}))
    await api('/api/health')
    stop()
    expect(heard).toEqual(['silent', 'answers'])
  })

  it('takes what a proxy says of an app that is gone for silence, and a refusal of the app for an answer', async () => {
    answers.mockResolvedValueOnce(new Response('<h1>Bad gateway</h1>', { status: 502 }))
    await expect(api('/api/runs')).rejects.toSatisfy(isUnreachable)
    expect(connection().state).toBe('silent')
    answers.mockResolvedValueOnce(json(503, { code: 'backend-unavailable', detail: 'No model backend answers.' }))
    await expect(api('/api/runs')).rejects.not.toSatisfy(isUnreachable)
    expect(connection().state).toBe('answers')
  })

  it('is slow while a question waits, and says since when nothing was answered', async () => {
    const start = Date.now()
    let answer = (_: Response): void => undefined
    answers.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)))
    const asked = api('/api/runs')
    await vi.advanceTimersByTimeAsync(11_000)
    expect(connection()).toEqual({ state: 'slow', since: start })
    answer(json(200, {}))
    await asked
    expect(connection().state).toBe('answers')
  })

  it('hears nothing in a question that was given up', async () => {
    const control = new AbortController()
    answers.mockImplementationOnce(() => {
      control.abort()
      return Promise.reject(new DOMException('gone', 'AbortError'))
    })
    await expect(api('/api/runs', { signal: control.signal })).rejects.toThrow('gone')
    expect(connection().state).toBe('answers')
  })
})
