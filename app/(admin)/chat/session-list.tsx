'use client'

import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { api } from '#app/_client/api.ts'
import { Button } from '#app/_components/button.tsx'
import { classes } from '#app/_components/classes.ts'
import { Input } from '#app/_components/field.tsx'
import { Moment } from '#app/_components/moment.tsx'
import { Skeleton } from '#app/_components/page.tsx'
import { arrowsMoveFocus, STOP } from '#app/_components/arrow-list.ts'
import { ShowMore } from '#app/_components/show-more.tsx'
import type { SessionSummary } from './types.ts'

interface SessionListProps {
  initial: { sessions: SessionSummary[]; total: number } | undefined
  current: string | null
  open: (id: string | null) => void
}

/** Conversations at first, how many come with each press for more, and the most that the API gives. */
const AT_FIRST = 50
const MORE = 150
const MOST = 500

/** Conversations, the last used first, searched in all their messages. */
export function SessionList({ initial, current, open }: SessionListProps) {
  const [text, setText] = useState('')
  const [limit, setLimit] = useState(AT_FIRST)
  const q = useDeferredValue(text.trim())
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['chat', 'sessions', q, limit],
    queryFn: () =>
      api<{ sessions: SessionSummary[]; total: number }>(
        `/api/chat/sessions?${new URLSearchParams({ q, limit: String(limit) }).toString()}`,
      ),
    placeholderData: (before) => before,
    ...(q === '' && limit === AT_FIRST && initial !== undefined ? { initialData: initial } : {}),
  })
  const stop = data?.sessions.find(({ session_id }) => session_id === current)?.session_id
  return (
    <nav aria-label="Conversations" className="flex h-full flex-col">
      <div className="space-y-2 p-3">
        <Button className="w-full" onClick={() => open(null)}>
          <Plus aria-hidden />
          New conversation
        </Button>
        <Input
          type="search"
          aria-label="Search conversations"
          placeholder="Search ( / )"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-3" onKeyDown={arrowsMoveFocus}>
        {data === undefined && <Skeleton rows={6} height={48} />}
        {data?.sessions.length === 0 && (
          <p className="px-2 text-dim">{q === '' ? 'No conversation yet.' : 'No conversation has these words.'}</p>
        )}
        {data?.sessions.map(({ session_id, title, updated_at, match }, index) => (
          <button
            key={session_id}
            type="button"
            aria-current={session_id === current ? 'true' : undefined}
            {...STOP}
            tabIndex={session_id === stop || (stop === undefined && index === 0) ? 0 : -1}
            onClick={() => open(session_id)}
            className={classes(
              'block w-full rounded-md px-2.5 py-1.5 text-left max-md:py-2.5',
              session_id === current ? 'bg-accent-soft' : 'hover:bg-hover',
            )}
          >
            <span className="flex justify-between gap-2">
              <span
                dir="auto"
                className={classes('min-w-0 flex-1 truncate', session_id === current && 'font-medium text-accent')}
              >
                {title}
              </span>
            </span>
            <span className="block truncate text-[0.9em] text-dim">{match ?? <Moment at={updated_at} />}</span>
          </button>
        ))}
        {data !== undefined && (
          <ShowMore
            shown={data.sessions.length}
            total={data.total}
            most={MOST}
            busy={isPlaceholderData}
            onMore={() => setLimit(Math.min(MOST, limit + MORE))}
          />
        )}
      </div>
    </nav>
  )
}
