'use client'

import { MessageSquare } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Status } from '#app/_client/types.ts'
import { Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { NoBackend } from './no-backend.tsx'
import { Answer, PendingAnswer } from './answer.tsx'
import { QuestionView } from './question-view.tsx'
import type { Message, Session } from './types.ts'
import type { useAnswer } from './use-answer.ts'

/** This near to the end, in pixels, the reader is taken along as words come. */
const NEAR_PX = 120

interface ConversationProps {
  session: Session | undefined
  isNew: boolean
  sessionError: unknown
  answer: ReturnType<typeof useAnswer>
  status: Status | undefined
  retry: () => void
}

/** While the last question is answered again, its old answer is not shown. */
function shownMessages(messages: readonly Message[], { pending }: ConversationProps['answer']): readonly Message[] {
  if (pending === null) return messages
  if (pending.question === null) return messages.at(-1)?.role === 'assistant' ? messages.slice(0, -1) : messages
  // The app has stored the question already when the conversation is read while it is answered.
  const last = messages.at(-1)
  return last?.role === 'user' && last.content === pending.question.message ? messages.slice(0, -1) : messages
}

function Welcome() {
  return (
    <div className="m-auto max-w-[44ch] py-10 text-center text-dim">
      <MessageSquare aria-hidden className="mx-auto mb-3 size-8" />
      <p>
        Ask the model on this machine. Nothing you write leaves it. Earlier conversations that fit are given to the
        model, and shown when they are.
      </p>
    </div>
  )
}

/** The messages of a conversation, and the answer that is coming in. */
export function Conversation(props: ConversationProps) {
  const { session, isNew, sessionError, answer, status, retry } = props
  const { pending, error, last } = answer
  const box = useRef<HTMLDivElement>(null)
  const messages = shownMessages(session?.messages ?? [], answer)
  const stick = useRef(true)
  useEffect(() => {
    const element = box.current
    if (element !== null && stick.current) element.scrollTop = element.scrollHeight
  })
  return (
    <div
      ref={box}
      role="log"
      aria-label="Conversation"
      aria-busy={pending !== null}
      tabIndex={0}
      className="flex min-h-0 flex-1 flex-col overflow-y-auto px-4 py-5 focus-visible:-outline-offset-2 md:px-8"
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        stick.current = scrollHeight - scrollTop - clientHeight < NEAR_PX
      }}
    >
      <div className="mx-auto flex w-full max-w-[52rem] flex-1 flex-col gap-5">
        {isNew &&
          pending === null &&
          error === null &&
          (status?.backend.status === 'unreachable' ? <NoBackend backend={status.backend} /> : <Welcome />)}
        {!isNew && session === undefined && sessionError === null && pending === null && <Skeleton rows={6} />}
        {sessionError !== null && <ProblemNotice error={sessionError} />}
        {messages.map((message, index) =>
          message.role === 'user' ? (
            <QuestionView
              key={message.id}
              content={message.content}
              context={message.context}
              memory={message.memory}
            />
          ) : (
            <Answer
              key={message.id}
              message={message}
              told={last?.message_id === message.id ? last : null}
              {...(pending === null && index === messages.length - 1 ? { retry } : {})}
            />
          ),
        )}
        {pending !== null && (
          <>
            {pending.question !== null && (
              <QuestionView
                content={pending.question.message}
                context={pending.question.context ?? null}
                memory={pending.memory}
              />
            )}
            <PendingAnswer pending={pending} />
          </>
        )}
        {error !== null && pending === null && <ProblemNotice error={error} />}
        {pending === null && messages.at(-1)?.role === 'user' && (
          <button type="button" className="w-fit text-accent hover:underline" onClick={retry}>
            This question has no answer. Answer it
          </button>
        )}
      </div>
    </div>
  )
}
