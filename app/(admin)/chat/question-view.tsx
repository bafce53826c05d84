import { Brain, Paperclip } from 'lucide-react'
import { bytes, count } from '#app/_components/format.ts'
import type { MemoryItem } from './types.ts'

const SIZE = new TextEncoder()

function Memory({ items }: { items: readonly MemoryItem[] }) {
  const sessions = new Set(items.map(({ session_id }) => session_id)).size
  return (
    <details className="w-full rounded-md border border-dashed px-3 py-1.5 text-dim">
      <summary className="flex items-center gap-1.5">
        <Brain aria-hidden className="size-4" />
        Remembered: {count(items.length, 'message')} of {count(sessions, 'earlier conversation')}
      </summary>
      <ul className="mt-2 space-y-2">
        {items.map(({ message_id, session_id, title, text, role }) => (
          <li key={message_id}>
            <a className="text-accent hover:underline" href={`/chat?session=${encodeURIComponent(session_id)}`}>
              {title}
            </a>
            <span className="block">
              {role === 'user' ? 'You: ' : 'Model: '}
              {text}
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** A question, with what came with it and what the model was reminded of. */
export function QuestionView({
  content,
  context,
  memory,
}: {
  content: string
  context: string | null
  memory: readonly MemoryItem[]
}) {
  return (
    <div className="flex flex-col items-end gap-1.5" role="group" aria-label="You">
      <div
        dir="auto"
        className="max-w-[85%] rounded-xl rounded-br-sm bg-accent-soft px-3.5 py-2 whitespace-pre-wrap [overflow-wrap:anywhere]"
      >
        {content}
      </div>
      {context !== null && (
        <details className="max-w-[85%] rounded-md border px-3 py-1.5">
          <summary className="flex items-center gap-1.5 text-dim">
            <Paperclip aria-hidden className="size-4" />
            With a text of {bytes(SIZE.encode(context).length)}
          </summary>
          <pre className="mt-2 max-h-64 overflow-auto font-mono text-[0.9em] whitespace-pre-wrap">{context}</pre>
        </details>
      )}
      {memory.length > 0 && <Memory items={memory} />}
    </div>
  )
}
