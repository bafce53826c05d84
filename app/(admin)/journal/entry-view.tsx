'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { Button, IconButton } from '#app/_components/button.tsx'
import { CopyButton } from '#app/_components/copy-button.tsx'
import { bytes, count, duration } from '#app/_components/format.ts'
import { Markdown } from '#app/_components/markdown.tsx'
import { ExactMoment, Moment } from '#app/_components/moment.tsx'
import { Facts, Mono, Panel, Section } from '#app/_components/page.tsx'
import { GroupSections } from './group-sections.tsx'
import { dayName } from './month.ts'
import { Sources } from './sources.tsx'
import type { Entry, Metrics } from './types.ts'

const SEVERITIES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'information', 'debug'] as const

function metricFacts({ load, memory, disk, uptime_seconds }: Metrics): [string, string][] {
  const used = (
    name: string,
    { used_bytes, total_bytes }: { used_bytes: number; total_bytes: number },
  ): [string, string] => [name, `${bytes(used_bytes)} of ${bytes(total_bytes)} used`]
  return [
    ...(load === null
      ? []
      : [['Load', `${load.map((value) => value.toFixed(2)).join(', ')} over 1, 5, 15 min`] as [string, string]]),
    ...(memory === null ? [] : [used('Memory', memory)]),
    ...(disk === null ? [] : [used(`Disk ${disk.path}`, disk)]),
    ...(uptime_seconds === null ? [] : [['Up for', duration(uptime_seconds * 1000)] as [string, string]]),
  ]
}

/** The summary a model wrote stands as a quotation at the top of the entry's Markdown; facts have none of it. */
function quotation(content: string | null): string | null {
  const lines = (content ?? '').split('\n').filter((line) => line.startsWith('> '))
  if (lines.length === 0) return null
  // The groups that a sentence is about lead to their log lines.
  return lines.map((line) => line.slice(2).replaceAll(/\bT\d+\b/g, (id) => `[${id}](#${id})`)).join('\n')
}

function Digest({ entry: { facts, content } }: { entry: Entry }) {
  const summary = quotation(content)
  const { new: fresh, rising, silent, severe } = facts.group_totals
  const figures: [string, number | undefined, string][] = [
    ['lines', facts.lines, ''],
    ['new', fresh, 'text-accent'],
    ['rising', rising, 'text-warn'],
    ['fallen silent', silent, 'text-warn'],
    ['kinds of errors', severe, 'text-bad'],
  ]
  return (
    <Panel className="space-y-3 px-4 py-3">
      <p className="text-dim">
        <ExactMoment at={facts.from} /> to <ExactMoment at={facts.to} />
        {facts.severities.length > 0 &&
          ` · ${facts.severities.map(({ severity, lines }) => `${SEVERITIES[severity] ?? severity} ${new Intl.NumberFormat('en').format(lines)}`).join(', ')}`}
      </p>
      {summary !== null && <Markdown text={summary} />}
      <dl className="flex flex-wrap gap-x-8 gap-y-2">
        {figures.map(([name, value = 0, tone]) => (
          <div key={name}>
            <dt className="text-dim">{name}</dt>
            <dd className={`text-lg font-semibold ${value === 0 ? 'text-dim' : tone}`}>
              {new Intl.NumberFormat('en').format(value)}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}

/** The entries before and after the one that is shown. */
interface Between {
  earlier: string | undefined
  later: string | undefined
  choose: (date: string) => void
}

function Step({ between: { earlier, later, choose } }: { between: Between }) {
  return (
    <span className="flex">
      <IconButton
        label="Earlier entry"
        disabled={earlier === undefined}
        onClick={() => earlier !== undefined && choose(earlier)}
      >
        <ChevronLeft aria-hidden />
      </IconButton>
      <IconButton
        label="Later entry"
        disabled={later === undefined}
        onClick={() => later !== undefined && choose(later)}
      >
        <ChevronRight aria-hidden />
      </IconButton>
    </span>
  )
}

/** One entry: what was counted, each claim with its lines, or the entry as it was written. */
export function EntryView({ entry, between }: { entry: Entry; between: Between }) {
  const [asText, setAsText] = useState(false)
  const { facts, content } = entry
  const actions = (
    <span className="flex gap-2">
      <Step between={between} />
      {content !== null && (
        <>
          <Button onClick={() => setAsText(!asText)}>{asText ? 'With log lines' : 'As written'}</Button>
          <CopyButton text={content} label="Copy" />
        </>
      )}
    </span>
  )
  return (
    <Section
      title={dayName(entry.date)}
      note={
        <>
          written <Moment at={entry.written} />
        </>
      }
      actions={actions}
    >
      <div className="space-y-5">
        {asText && content !== null ? (
          <Panel className="px-5 py-4">
            <Markdown text={content} />
          </Panel>
        ) : (
          <>
            <Digest entry={entry} />
            <Sources sources={facts.sources} />
            <GroupSections groups={facts.groups} totals={facts.group_totals} />
            {facts.groups.length === 0 && <p className="text-dim">The logs of this span of time say nothing.</p>}
            {facts.metrics !== null && (
              <Panel className="px-4 py-3">
                <Facts facts={metricFacts(facts.metrics)} />
              </Panel>
            )}
          </>
        )}
        <p className="text-dim">
          {content === null ? 'The file is gone: ' : `${count(entry.lines, 'line')} read, kept in `}
          <Mono>{entry.output_path}</Mono>
        </p>
      </div>
    </Section>
  )
}
