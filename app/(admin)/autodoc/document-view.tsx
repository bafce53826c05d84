import { Check, TriangleAlert } from 'lucide-react'
import { CopyButton } from '#app/_components/copy-button.tsx'
import { words } from '#app/_components/format.ts'
import { headingId, Markdown } from '#app/_components/markdown.tsx'
import { Moment } from '#app/_components/moment.tsx'
import { Facts, Mono, Panel } from '#app/_components/page.tsx'
import { SourceMark } from './document-list.tsx'
import type { ShownDocument } from './types.ts'

function Coverage({ documented, total }: ShownDocument['coverage']) {
  const percent = total === 0 ? 100 : Math.round((documented / total) * 100)
  return (
    <div>
      <p className="flex justify-between">
        <span className="font-medium">Coverage</span>
        <span>
          {percent} %{' '}
          <span className="text-dim">
            ({documented} of {total})
          </span>
        </span>
      </p>
      <div
        role="meter"
        aria-label="Coverage"
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <div
          className={`h-full rounded-full ${percent < 50 ? 'bg-warn' : 'bg-good'}`}
          style={{ width: `${percent}%` }}
        />
      </div>
    </div>
  )
}

function Checks({ checks }: { checks: NonNullable<ShownDocument['checks']> }) {
  return (
    <ul className="space-y-1.5">
      {checks.map(({ id, ok, message }) => (
        <li key={id} className="flex gap-2">
          {ok ? (
            <Check aria-label="fine" className="mt-0.5 size-4 shrink-0 text-good" />
          ) : (
            <TriangleAlert aria-label="look at this" className="mt-0.5 size-4 shrink-0 text-warn" />
          )}
          <span className="min-w-0 [overflow-wrap:anywhere]">
            <span className="font-medium">{words(id)}:</span> {message}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** A document beside what was found about its file. */
export function DocumentView({ document }: { document: ShownDocument }) {
  const { documentation, file_path, sections, coverage, checks, engine, model, language, symbols, style } = document
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 xl:grid-cols-[minmax(0,1fr)_16rem]">
      <Panel className="min-w-0 px-5 py-4">
        <Markdown text={documentation} />
      </Panel>
      <aside aria-label="About this document" className="space-y-4 max-xl:row-start-1">
        <Panel className="space-y-4 px-4 py-3">
          <div className="flex items-center justify-between gap-2">
            <SourceMark source={document.source} />
            <CopyButton text={documentation} />
          </div>
          <Coverage {...coverage} />
          {checks !== undefined && <Checks checks={checks} />}
          <Facts
            facts={[
              ['File', <Mono key="file">{file_path}</Mono>],
              ['Language', language],
              ['Symbols', String(symbols)],
              ['Style', words(style)],
              ['Written', <Moment key="at" at={document.created_at} />],
              ['Engine', model ?? engine],
            ]}
          />
          {typeof document.model_note === 'string' && <p className="text-dim">{document.model_note}</p>}
        </Panel>
        {sections.length > 1 && (
          <nav aria-label="Sections" className="max-xl:hidden">
            <p className="mb-1 font-medium">Sections</p>
            <ul className="space-y-0.5">
              {sections.map((section) => (
                <li key={section}>
                  <a className="text-dim hover:text-fg hover:underline" href={`#${headingId(section)}`}>
                    {section}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
      </aside>
    </div>
  )
}
