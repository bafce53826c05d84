import { classes } from '#app/_components/classes.ts'

type Kind = 'added' | 'removed' | 'place' | 'same'

const LOOKS: Readonly<Record<Kind, string>> = {
  added: 'bg-good-soft text-good',
  removed: 'bg-bad-soft text-bad',
  place: 'bg-sunken text-dim',
  same: '',
}

function kindOf(line: string): Kind {
  if (line.startsWith('@@')) return 'place'
  if (line.startsWith('+')) return 'added'
  return line.startsWith('-') ? 'removed' : 'same'
}

/** A unified diff; its marks at the line's beginning say the same as the colours. */
export function DiffLines({ diff }: { diff: string }) {
  const lines = diff.replace(/\n$/, '').split('\n')
  const body = lines.filter((line) => !line.startsWith('--- ') && !line.startsWith('+++ '))
  return (
    <pre className="overflow-x-auto py-2 font-mono text-[0.9em] leading-6">
      <code className="block w-max min-w-full">
        {body.map((line, n) => (
          <span key={n} className={classes('block px-4', LOOKS[kindOf(line)])}>
            {line === '' ? ' ' : line}
          </span>
        ))}
      </code>
    </pre>
  )
}

/** A file as it is, with the numbers of its lines. */
export function FileText({ text }: { text: string }) {
  const lines = text.replace(/\n$/, '').split('\n')
  return (
    <pre className="overflow-x-auto py-2 font-mono text-[0.9em] leading-6">
      <code className="block w-max min-w-full">
        {lines.map((line, n) => (
          <span key={n} className="block px-4">
            <span aria-hidden className="mr-4 inline-block w-8 text-right text-dim select-none">
              {n + 1}
            </span>
            {line}
          </span>
        ))}
      </code>
    </pre>
  )
}
