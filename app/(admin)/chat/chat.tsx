'use client'

import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useState } from 'react'
import { api } from '#app/_client/api.ts'
import { useStatus } from '#app/_client/queries.ts'
import type { Status } from '#app/_client/types.ts'
import { classes } from '#app/_components/classes.ts'
import { Composer, type Draft } from './composer.tsx'
import { Conversation } from './conversation.tsx'
import { SessionHeader } from './session-header.tsx'
import { SessionList } from './session-list.tsx'
import type { Session, SessionSummary } from './types.ts'
import { useAnswer } from './use-answer.ts'

interface ChatProps {
  initialSessions: { sessions: SessionSummary[]; total: number } | undefined
  initialSession: Session | undefined
  initialStatus: Status | undefined
  defaultModel: string
  memoryOn: boolean
}

function showAddress(id: string | null): void {
  history.replaceState(null, '', id === null ? '/chat' : `/chat?session=${encodeURIComponent(id)}`)
}

/** Conversations at the left, the chosen one at the right, its next question below. */
export function Chat({ initialSessions, initialSession, initialStatus, defaultModel, memoryOn }: ChatProps) {
  const address = useSearchParams().get('session')
  const [id, setId] = useState(address)
  const [listShown, setListShown] = useState(false)
  const [model, setModel] = useState<string | null>(null)
  // A draft belongs to the conversation it was begun in, not to the one a first question has just made.
  const [draft, setDraft] = useState(0)
  const { data: status } = useStatus(initialStatus)
  const { data: session, error: sessionError } = useQuery({
    queryKey: ['chat', 'session', id],
    enabled: id !== null,
    queryFn: () => api<Session>(`/api/chat/sessions/${encodeURIComponent(id ?? '')}`),
    ...(initialSession !== undefined && initialSession.session_id === id ? { initialData: initialSession } : {}),
  })
  const onSession = useCallback((next: string) => {
    setId(next)
    showAddress(next)
  }, [])
  const answer = useAnswer(onSession)
  const open = (next: string | null) => {
    answer.stop()
    answer.forget()
    setId(next)
    setModel(null)
    setListShown(false)
    setDraft(draft + 1)
    showAddress(next)
  }
  // A link to another conversation, or to this page for a new one, is followed.
  useEffect(() => {
    if (address !== id) open(address)
  }, [address])
  const current = id === null ? undefined : session
  const send = ({ message, context, instructions, memory }: Draft, onTaken: () => void) =>
    answer.ask(
      {
        message,
        memory,
        ...(context === undefined ? {} : { context }),
        ...(model === null ? {} : { model }),
        ...(instructions === undefined ? {} : { system_prompt: instructions }),
        ...(id === null ? {} : { session_id: id }),
      },
      onTaken,
    )
  return (
    <div className="flex h-[calc(100dvh-4rem)] md:h-dvh">
      <div className={classes('w-full shrink-0 border-r md:block md:w-64', listShown ? 'block' : 'hidden')}>
        <SessionList initial={initialSessions} current={id} open={open} />
      </div>
      <div className={classes('min-w-0 flex-1 flex-col md:flex', listShown ? 'hidden' : 'flex')}>
        <SessionHeader
          session={current}
          status={status}
          model={model ?? current?.model ?? defaultModel}
          setModel={setModel}
          showList={() => setListShown(true)}
          onDeleted={() => open(null)}
        />
        <Conversation
          session={current}
          isNew={id === null}
          sessionError={sessionError}
          answer={answer}
          status={status}
          retry={() => id !== null && answer.retry(id, model ?? undefined)}
        />
        <Composer
          key={draft}
          draftOf={id ?? 'new'}
          isNew={id === null && answer.pending === null}
          busy={answer.pending !== null}
          memoryOn={memoryOn}
          send={send}
          stop={answer.stop}
        />
      </div>
    </div>
  )
}
