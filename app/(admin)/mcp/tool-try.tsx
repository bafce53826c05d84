'use client'

import { useMutation } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useId, useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { McpCalled, McpTool } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { Field, Textarea } from '#app/_components/field.tsx'
import { duration } from '#app/_components/format.ts'
import { Mono } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { Mark } from '#app/_components/state.tsx'
import { argumentsDraft } from './words.ts'

/** Above this, in characters, an answer is cut in the page; whoever needs it whole calls the tool from a program. */
const SHOWN_CHARS = 20_000

function textOf(content: McpCalled['content']): string {
  return content
    .map((block) => (block['type'] === 'text' && typeof block['text'] === 'string' ? block['text'] : describe(block)))
    .join('\n')
}

function describe(block: McpCalled['content'][number]): string {
  const { data, blob, ...rest } = block
  const size = typeof data === 'string' ? data.length : typeof blob === 'string' ? blob.length : 0
  return `${JSON.stringify(rest, null, 2)}${size > 0 ? ` and ${size} characters of data` : ''}`
}

function Answer({ answer }: { answer: McpCalled }) {
  const text = textOf(answer.content)
  return (
    <div role="status" className="space-y-1.5">
      <p className="flex gap-4">
        <Mark
          word={answer.is_error ? 'The tool failed' : 'Answered'}
          tone={answer.is_error ? 'bad' : 'good'}
          className="font-medium"
        />
        <span className="text-dim">after {duration(answer.duration_ms)}</span>
      </p>
      <pre className="max-h-80 overflow-auto rounded bg-sunken p-3 font-mono text-[0.9em] whitespace-pre-wrap [overflow-wrap:anywhere]">
        {text.slice(0, SHOWN_CHARS)}
        {text.length > SHOWN_CHARS && `\n… and ${text.length - SHOWN_CHARS} characters more`}
      </pre>
    </div>
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text) as unknown
  } catch (error) {
    throw new Error('The arguments are not JSON.', { cause: error })
  }
}

/** One tool of a server, and a form to call it by hand. */
export function ToolTry({ server, tool }: { server: string; tool: McpTool }) {
  const id = useId()
  const [text, setText] = useState(() => argumentsDraft(tool.input_schema))
  const call = useMutation({
    mutationFn: () =>
      api<McpCalled>(`/api/mcp/servers/${encodeURIComponent(server)}/call`, {
        method: 'POST',
        body: { tool: tool.name, arguments: parsed(text) },
      }),
  })
  return (
    <details className="group">
      <summary className="grid items-baseline gap-x-4 px-4 py-2 hover:bg-hover md:grid-cols-[15rem_minmax(0,1fr)]">
        <span className="font-medium">
          <Mono>{tool.name}</Mono>
        </span>
        <span className="min-w-0 text-dim">
          {!tool.allowed && <Mark word="Not allowed" tone="none" className="mr-3" />}
          {tool.description ?? tool.title ?? ''}
        </span>
      </summary>
      <div className="space-y-3 bg-canvas px-4 py-3">
        <div className="grid gap-4 lg:grid-cols-2">
          <form
            className="space-y-2"
            onSubmit={(event) => {
              event.preventDefault()
              call.mutate()
            }}
          >
            <Field id={id} label="Arguments" description="A JSON object.">
              <Textarea
                id={id}
                rows={Math.min(12, text.split('\n').length + 1)}
                className="font-mono text-[0.93em]"
                value={text}
                onChange={({ target }) => setText(target.value)}
              />
            </Field>
            <Button type="submit" disabled={call.isPending || !tool.allowed}>
              <Play aria-hidden />
              {call.isPending ? 'Calling' : 'Call it'}
            </Button>
          </form>
          <div>
            <p className="mb-1 font-medium">What it takes</p>
            <pre className="max-h-72 overflow-auto rounded bg-sunken p-3 font-mono text-[0.9em]">
              {JSON.stringify(tool.input_schema, null, 2)}
            </pre>
          </div>
        </div>
        {call.error !== null && <ProblemNotice error={call.error} />}
        {call.data !== undefined && <Answer answer={call.data} />}
      </div>
    </details>
  )
}
