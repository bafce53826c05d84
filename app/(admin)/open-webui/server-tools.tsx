import type { ToolServer } from '#app/_client/types.ts'
import { count } from '#app/_components/format.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Mono } from '#app/_components/page.tsx'

type Tool = ToolServer['tools'][number]

function Argument({ argument }: { argument: Tool['arguments'][number] }) {
  const { name, type, required, description, choices } = argument
  return (
    <li className="grid gap-x-4 md:grid-cols-[14rem_minmax(0,1fr)]">
      <span>
        <Mono>{name}</Mono> <span className="text-dim">{required ? type : `${type}, optional`}</span>
      </span>
      <span className="text-dim">
        {description}
        {choices.length > 0 && ` One of: ${choices.join(', ')}.`}
      </span>
    </li>
  )
}

/** Each operation of a server as a model sees it: its name, what it is told, its arguments. */
export function ServerTools({ tools }: { tools: readonly Tool[] }) {
  return (
    <ul className="divide-y border-t">
      {tools.map(({ name, description, arguments: args, calls, errors, last_call_at, last_error }) => (
        <li key={name} className="space-y-1 px-4 py-2.5">
          <p className="flex flex-wrap justify-between gap-x-4">
            <span className="font-medium">
              <Mono>{name}</Mono>
            </span>
            <span className="text-dim">
              {calls === 0 ? 'not called' : count(calls, 'call')}
              {errors > 0 && <span className="text-bad">, {errors} failed</span>}
              {last_call_at !== null && (
                <>
                  , last <Moment at={last_call_at} />
                </>
              )}
            </span>
          </p>
          <p className="max-w-[100ch]">{description}</p>
          {last_error !== null && <p className="text-dim">The last failure was {last_error}.</p>}
          {args.length > 0 && (
            <ul className="space-y-0.5 pt-0.5">
              {args.map((argument) => (
                <Argument key={argument.name} argument={argument} />
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  )
}
