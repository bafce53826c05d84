'use client'

import { ButtonLink } from '#app/_components/button.tsx'
import { CopyButton } from '#app/_components/copy-button.tsx'
import { Markdown } from '#app/_components/markdown.tsx'
import { Panel, Section } from '#app/_components/page.tsx'
import { isModelsRun, RunResult } from '../../models/run-result.tsx'

/** A text of the output that is Markdown, by the names workflows give it. */
const MARKDOWN_FIELDS = ['documentation', 'content', 'response', 'markdown'] as const

function field(output: unknown, name: string): unknown {
  return typeof output === 'object' && output !== null ? Reflect.get(output, name) : undefined
}

/** Where a result has a page of its own. */
function resultPage(workflow: string, output: unknown): { href: string; label: string } | null {
  const plan = field(output, 'plan_id')
  if (workflow === 'file-cleanup' && typeof plan === 'string')
    return { href: `/cleanup/${encodeURIComponent(plan)}`, label: 'Open the plan' }
  const session = field(output, 'session_id')
  if (typeof session === 'string')
    return { href: `/chat?session=${encodeURIComponent(session)}`, label: 'Open the conversation' }
  return null
}

/** What a run gave: its text as a page, the rest as data. */
export function RunOutput({ workflow, operation, output }: { workflow: string; operation: string; output: unknown }) {
  const models = isModelsRun(operation)
  const page = resultPage(workflow, output)
  const text = MARKDOWN_FIELDS.map((name) => field(output, name)).find((value) => typeof value === 'string')
  const json = JSON.stringify(output, null, 2)
  return (
    <Section
      title="Result"
      actions={
        page === null ? (
          <CopyButton text={typeof text === 'string' ? text : json} />
        ) : (
          <ButtonLink look="primary" href={page.href}>
            {page.label}
          </ButtonLink>
        )
      }
    >
      {typeof text === 'string' && (
        <Panel className="mb-3 px-5 py-4">
          <Markdown text={text} />
        </Panel>
      )}
      {models && (
        <div className="mb-3">
          <RunResult output={output} />
        </div>
      )}
      <details open={typeof text !== 'string' && page === null && !models}>
        <summary className="w-fit text-dim hover:text-fg">The whole answer as data</summary>
        <pre className="mt-2 max-h-[32rem] overflow-auto rounded-lg border bg-sunken p-4 font-mono text-[0.9em]">
          {json}
        </pre>
      </details>
    </Section>
  )
}
