import { CircleX, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ModelsStatus } from '#app/_client/types.ts'
import { ButtonLink } from '#app/_components/button.tsx'
import { CopyButton } from '#app/_components/copy-button.tsx'
import { sentence } from '#app/_components/health-words.ts'
import { Mono } from '#app/_components/page.tsx'
import { WithCode } from '#app/_components/with-code.tsx'

function Notice({ bad, title, children }: { bad: boolean; title: string; children: ReactNode }) {
  const Icon = bad ? CircleX : TriangleAlert
  return (
    <div
      role="alert"
      className={`rounded-lg border px-4 py-3 ${bad ? 'border-bad/40 bg-bad-soft' : 'border-warn/40 bg-warn-soft'}`}
    >
      <p className={`flex gap-2 font-medium ${bad ? 'text-bad' : 'text-warn'}`}>
        <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
        {title}
      </p>
      <div className="mt-1 space-y-2 pl-6">{children}</div>
    </div>
  )
}

/** Why Ollama does not answer, and what to do. */
function Unreachable({ reason }: { reason: string }) {
  return (
    <Notice bad title="Ollama does not answer">
      <p>{reason} The list below can be changed all the same; what is here is shown as soon as Ollama answers.</p>
      <div className="flex flex-wrap items-center gap-2">
        <code className="rounded border bg-panel px-2 py-1">
          <Mono>ollama serve</Mono>
        </code>
        <CopyButton text="ollama serve" />
        <ButtonLink href="/settings?q=ollamaEndpoint">Its address</ButtonLink>
      </div>
    </Notice>
  )
}

/** What is wrong with the whole rather than with one model. */
export function Notices({ status: { unreachable, folder, invalid } }: { status: ModelsStatus }) {
  return (
    <>
      {unreachable !== null && <Unreachable reason={unreachable} />}
      {(folder.status === 'down' || folder.status === 'degraded') && (
        <Notice bad={folder.status === 'down'} title="The model folder is not as it should be">
          <p>{sentence(folder.actual ?? 'It is not known why')}</p>
          {folder.expected !== null && <p className="text-dim">Expected: {sentence(folder.expected)}</p>}
          {folder.hint !== null && (
            <p>
              <WithCode text={sentence(folder.hint)} />
            </p>
          )}
        </Notice>
      )}
      {invalid.length > 0 && (
        <Notice bad={false} title="Some entries cannot be had">
          <ul>
            {invalid.map(({ name, reason }) => (
              <li key={name}>
                <Mono>{name}</Mono>: {sentence(reason)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  )
}
