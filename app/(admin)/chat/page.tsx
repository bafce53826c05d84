import type { Metadata } from 'next'
import type { Status } from '#app/_client/types.ts'
import { getCore } from '#app/_server/core.ts'
import { preload, preloadSoon } from '#app/_server/operations.ts'
import { Chat } from './chat.tsx'
import type { Session, SessionSummary } from './types.ts'

export const metadata: Metadata = { title: 'Chat' }

export default async function ChatPage({ searchParams }: { searchParams: Promise<{ session?: string | string[] }> }) {
  const { session: asked } = await searchParams
  const id = typeof asked === 'string' ? asked : null
  const [sessions, session, status, { settings }] = await Promise.all([
    preload<{ sessions: SessionSummary[]; total: number }>('list_chat_sessions'),
    id === null ? undefined : preload<Session>('get_chat_session', { session_id: id }),
    preloadSoon<Status>('get_status'),
    getCore(),
  ])
  const { model, memory } = settings['local-workflows'].chatCli
  return (
    <Chat
      initialSessions={sessions}
      initialSession={session}
      initialStatus={status}
      defaultModel={model}
      memoryOn={memory}
    />
  )
}
