import { ChevronRight } from 'lucide-react'
import { count } from '#app/_components/format.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Mono, Panel } from '#app/_components/page.tsx'
import type { Entry, Group, Tag } from './types.ts'

const KINDS: readonly { tag: Tag; title: string; about: string }[] = [
  { tag: 'new', title: 'New', about: 'never seen before' },
  { tag: 'rising', title: 'Rising', about: 'much more often than before' },
  { tag: 'silent', title: 'Fallen silent', about: 'came steadily before, and not at all this time' },
  { tag: 'severe', title: 'Errors', about: 'error and graver' },
  { tag: 'frequent', title: 'Most frequent', about: 'what most lines say' },
]

function GroupRow({ group }: { group: Group }) {
  const { template, count: lines, expected, talkers, examples, source } = group
  return (
    <details className="group">
      <summary className="grid grid-cols-[auto_4.5rem_minmax(0,1fr)] items-baseline gap-x-2 px-4 py-1.5 hover:bg-hover">
        <ChevronRight aria-hidden className="size-3.5 self-center text-dim transition-transform group-open:rotate-90" />
        <span className="text-right font-medium">{new Intl.NumberFormat('en').format(lines)} ×</span>
        <span className="truncate group-open:whitespace-normal">
          <Mono>{template}</Mono>
        </span>
      </summary>
      <div id={group.id} className="space-y-2 border-t bg-sunken px-4 py-3 md:pl-28">
        <p className="text-dim">
          {[
            source,
            talkers.join(', '),
            expected === null ? '' : `about ${count(Math.round(expected), 'line')} expected`,
          ]
            .filter((part) => part !== '')
            .join(' · ')}
        </p>
        {examples.length === 0 && <p className="text-dim">No line of it is kept.</p>}
        {examples.map(({ text, reference, at }) => (
          <div key={reference}>
            <pre className="overflow-x-auto font-mono text-[0.9em] whitespace-pre-wrap">{text}</pre>
            <p className="text-[0.9em] text-dim">
              {at !== null && (
                <>
                  <Moment at={at} /> ·{' '}
                </>
              )}
              <span className="[overflow-wrap:anywhere]">{reference}</span>
            </p>
          </div>
        ))}
      </div>
    </details>
  )
}

/** Groups of log lines by what makes them worth reading; each opens to its lines. A group is listed once, under the gravest. */
export function GroupSections({
  groups,
  totals,
}: {
  groups: readonly Group[]
  totals: Entry['facts']['group_totals']
}) {
  const firstTag = ({ tags }: Group) => KINDS.find(({ tag }) => tags.includes(tag))?.tag
  return (
    <>
      {KINDS.map(({ tag, title, about }) => {
        const shown = groups.filter((group) => firstTag(group) === tag)
        if (shown.length === 0) return null
        const total = totals[tag]
        return (
          <section key={tag} aria-label={title}>
            <h3 className="mb-1.5 font-semibold">
              {title}{' '}
              <span className="font-normal text-dim">
                {about}
                {total > shown.length && `; ${shown.length} of ${total} shown here`}
              </span>
            </h3>
            <Panel className="divide-y overflow-hidden">
              {shown.map((group) => (
                <GroupRow key={group.id} group={group} />
              ))}
            </Panel>
          </section>
        )
      })}
    </>
  )
}
