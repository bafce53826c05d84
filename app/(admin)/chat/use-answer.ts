'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { isUnreachable } from '#app/_client/problem.ts'
import { beginning, type Pending, type Question, streamChat, withChatEvent } from './chat-stream.ts'
import type { ChatAnswer } from './types.ts'

/** The app keeps what came of a stopped answer as soon as it hears that the reader is gone; this long is given to it. */
const KEEP_MS = 300

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

interface UseAnswer {
  pending: Pending | null
  error: unknown
  /** The last whole answer, for its speed. */
  last: ChatAnswer | null
  /** Whether the app took the question: what it did not take is only here. `onTaken`: as soon as it did. */
  ask: (question: Question, onTaken: () => void) => Promise<boolean>
  retry: (sessionId: string, model?: string) => void
  stop: () => void
  forget: () => void
}

/**
 * One answer at a time, streamed.
 * @param onSession called when the app has named the conversation
 */
export function useAnswer(onSession: (id: string) => void): UseAnswer {
  const client = useQueryClient()
  const [pending, setPending] = useState<Pending | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [last, setLast] = useState<ChatAnswer | null>(null)
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  const run = useCallback(
    async (path: string, body: unknown, start: Pending, onTaken?: () => void): Promise<boolean> => {
      const control = new AbortController()
      running.current?.abort()
      running.current = control
      setError(null)
      let state = start
      let drawn = false
      let failed = false
      let lost = false
      let taken = false
      const draw = () => {
        drawn = false
        if (running.current === control) setPending(state)
      }
      setPending(state)
      try {
        for await (const event of streamChat(path, body, control.signal)) {
          state = withChatEvent(state, event, performance.now())
          if (event.type === 'session') {
            taken = true
            onTaken?.()
            onSession(event.data.session_id)
            void client.invalidateQueries({ queryKey: ['chat', 'sessions'] })
          }
          if (event.type === 'done') setLast(event)
          // One picture per frame is enough, however fast the words come.
          if (!drawn) requestAnimationFrame(draw)
          drawn = true
        }
      } catch (caught) {
        if (control.signal.aborted) await sleep(KEEP_MS)
        else {
          failed = true
          lost = isUnreachable(caught)
          setError(caught)
        }
      }
      void client.invalidateQueries({ queryKey: ['chat', 'sessions'] })
      // Waited for alone: with what else is renewed, the answer would stand there twice meanwhile.
      const renewed = client.invalidateQueries({ queryKey: ['chat', 'session'] })
      // Where the app does not answer, what went wrong is said before it can be asked again.
      if (!lost) await renewed
      if (running.current === control) {
        running.current = null
        setPending(null)
      }
      return taken || !failed
    },
    [client, onSession],
  )

  return {
    pending,
    error,
    last,
    ask: (question, onTaken) =>
      run(
        '/api/workflows/chat',
        { ...question, stream: true },
        beginning(question, question.session_id ?? null),
        onTaken,
      ),
    retry: (sessionId, model) =>
      void run(
        `/api/chat/sessions/${encodeURIComponent(sessionId)}/retry`,
        { stream: true, ...(model === undefined ? {} : { model }) },
        beginning(null, sessionId),
      ),
    stop: () => running.current?.abort(),
    forget: () => setError(null),
  }
}
