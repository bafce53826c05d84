'use client'

import { useMutation } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { api } from '#app/_client/api.ts'
import { problemOf } from '#app/_client/problem.ts'
import type { McpCalled, McpTool } from '#app/_client/types.ts'
import { duration } from '#app/_components/format.ts'
import { Mono } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { Mark } from '#app/_components/state.tsx'
import { toolFields } from './tool-fields.ts'
import { FieldForm, JsonForm } from './tool-form.tsx'

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

/** One tool of a server, and a form to call it by hand. */
export function ToolTry({ server, tool }: { server: string; tool: McpTool }) {
  const fields = useMemo(() => toolFields(tool.input_schema), [tool.input_schema])
  const [asJson, setAsJson] = useState(fields === null)
  const call = useMutation({
    mutationFn: async (read: () => unknown) =>
      await api<McpCalled>(`/api/mcp/servers/${encodeURIComponent(server)}/call`, {
        method: 'POST',
        body: { tool: tool.name, arguments: read() },
      }),
  })
  const faults = call.error === null ? [] : (problemOf(call.error).faults ?? [])
  const besideFields =
    !asJson && faults.length > 0 && faults.every(({ path }) => fields?.some(({ name }) => name === path))
  const form = { tool, busy: call.isPending, call: call.mutate }
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
        {asJson || fields === null ? (
          <JsonForm {...form} />
        ) : (
          <FieldForm
            {...form}
            fields={fields}
            asJson={() => setAsJson(true)}
            faultsOf={(field) => faults.filter(({ path }) => path === field).map(({ message }) => message)}
          />
        )}
        {call.error !== null && !besideFields && <ProblemNotice error={call.error} />}
        {call.data !== undefined && <Answer answer={call.data} />}
      </div>
    </details>
  )
}
