import { arrowsMoveFocus, STOP } from '#app/_components/arrow-list.ts'
import { classes } from '#app/_components/classes.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Panel, Skeleton } from '#app/_components/page.tsx'
import { Mark, type Tone } from '#app/_components/state.tsx'
import type { DocumentSummary } from './types.ts'

const SOURCE: Readonly<Record<DocumentSummary['source'], { word: string; tone: Tone }>> = {
  unchanged: { word: 'Current', tone: 'good' },
  changed: { word: 'File changed', tone: 'warn' },
  missing: { word: 'File is gone', tone: 'warn' },
  unreadable: { word: 'Not readable', tone: 'warn' },
}

/** Whether a document still says what its file says. */
export function SourceMark({ source }: Pick<DocumentSummary, 'source'>) {
  return <Mark {...SOURCE[source]} />
}

/** Documents written so far, the newest first. */
export function DocumentList({
  documents,
  current,
  choose,
}: {
  documents: readonly DocumentSummary[] | undefined
  current: string | null
  choose: (id: string) => void
}) {
  if (documents === undefined)
    return (
      <Panel>
        <Skeleton rows={3} height={58} />
      </Panel>
    )
  if (documents.length === 0) return <p className="text-dim">None yet.</p>
  const stop = documents.find(({ document_id }) => document_id === current)?.document_id
  return (
    <Panel className="max-h-[32rem] divide-y overflow-y-auto" onKeyDown={arrowsMoveFocus}>
      {documents.map(({ document_id, file_path, source, created_at, coverage }, index) => (
        <button
          key={document_id}
          type="button"
          aria-current={document_id === current ? 'true' : undefined}
          {...STOP}
          tabIndex={document_id === stop || (stop === undefined && index === 0) ? 0 : -1}
          onClick={() => choose(document_id)}
          title={file_path}
          className={classes(
            'block w-full px-4 py-2 text-left',
            document_id === current ? 'bg-accent-soft' : 'hover:bg-hover',
          )}
        >
          <span className="flex justify-between gap-2">
            <span className="truncate font-medium">{file_path.split('/').at(-1)}</span>
            <SourceMark source={source} />
          </span>
          <span className="flex flex-wrap justify-between gap-x-2 text-dim">
            <Moment at={created_at} />
            <span className="whitespace-nowrap">
              {coverage.documented} of {coverage.total} documented
            </span>
          </span>
        </button>
      ))}
    </Panel>
  )
}
