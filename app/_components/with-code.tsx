import { Mono } from './page.tsx'

/** A text of the app whose commands stand between backticks. */
export function WithCode({ text }: { text: string }) {
  return text.split('`').map((part, n) =>
    n % 2 === 0 ? (
      part
    ) : (
      <code key={n} className="rounded bg-sunken px-1 py-0.5">
        <Mono>{part}</Mono>
      </code>
    ),
  )
}
