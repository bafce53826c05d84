import Link from 'next/link'
import { hintParts } from './hint-parts.ts'
import { Mono } from './page.tsx'

/** A text of the app: commands stand between backticks, and a setting leads to where it is changed. */
export function WithCode({ text }: { text: string }) {
  return hintParts(text).map((part, n) => {
    if (part.kind === 'text') return part.text
    if (part.kind === 'code')
      return (
        <code key={n} className="rounded bg-sunken px-1 py-0.5">
          <Mono>{part.text}</Mono>
        </code>
      )
    return (
      <Link
        key={n}
        href={`/settings?q=${encodeURIComponent(part.text.replace(/^hwc\.ai\./, ''))}`}
        className="text-accent underline underline-offset-2"
      >
        <Mono>{part.text}</Mono>
      </Link>
    )
  })
}
