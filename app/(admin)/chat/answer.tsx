import { RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '#app/_components/button.tsx'
import { CopyButton } from '#app/_components/copy-button.tsx'
import { count } from '#app/_components/format.ts'
import { Markdown } from '#app/_components/markdown.tsx'
import { Moment } from '#app/_components/moment.tsx'
import type { Pending } from './chat-stream.ts'
import type { ChatAnswer, Message } from './types.ts'

function perSecond(tokens: number, ms: number): string {
  const rate = tokens / (ms / 1000)
  return rate.toFixed(rate < 100 ? 1 : 0)
}

function speed(tokens: number, ms: number): string {
  return ms <= 0 ? '' : `${perSecond(tokens, ms)} tokens/s`
}

function Footer({ parts, children }: { parts: readonly ReactNode[]; children?: ReactNode }) {
  const said = parts.filter((part) => part !== '' && part !== null)
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.93em] text-dim">
      {said.map((part, index) => (
        <span key={index}>{part}</span>
      ))}
      {children}
    </div>
  )
}

/** Why an answer is not whole; of a limit only the app's own answer tells. */
function whyShort(message: Message, told: ChatAnswer | null): string {
  if (told?.finish_reason === 'length') return 'Cut off at the limit of tokens'
  return message.incomplete ? 'Stopped before its end' : ''
}

/**
 * An answer, whole or broken off, with the model and its speed.
 * @param told what the app told of it when it was made, where that was on this page
 */
export function Answer({ message, told, retry }: { message: Message; told: ChatAnswer | null; retry?: () => void }) {
  const short = whyShort(message, told)
  return (
    <article aria-label="Answer">
      {message.content.trim() === '' ? (
        <p className="text-dim">{short === '' ? 'The model said nothing.' : 'No words had come yet.'}</p>
      ) : (
        <Markdown text={message.content} />
      )}
      <Footer
        parts={[
          short === '' ? '' : <strong className="font-medium text-warn">{short}</strong>,
          message.model ?? '',
          count(message.tokens, 'token'),
          told === null ? '' : speed(message.tokens, told.duration_ms),
          <Moment key="at" at={message.created_at} />,
        ]}
      >
        <CopyButton look="quiet" text={message.content} />
        {retry !== undefined && (
          <Button look="quiet" onClick={retry}>
            <RotateCcw aria-hidden />
            Answer again
          </Button>
        )}
      </Footer>
    </article>
  )
}

/** An answer as it comes in. */
export function PendingAnswer({ pending: { text, model, pieces, firstAt } }: { pending: Pending }) {
  if (text === '')
    return (
      <p role="status" className="animate-breathe text-dim">
        {model === null ? 'Asking…' : `${model} is reading…`}
      </p>
    )
  return (
    <article aria-label="Answer" aria-busy>
      <Markdown text={text} />
      <Footer
        parts={[
          model ?? '',
          count(pieces, 'token'),
          firstAt === null || pieces < 5 ? '' : speed(pieces, performance.now() - firstAt),
        ]}
      />
    </article>
  )
}
