import { Button } from './button.tsx'
import { count } from './format.ts'

/** At the end of a list that shows only its newest: how many are not shown, and a way to them. */
export function ShowMore({
  shown,
  total,
  most,
  busy,
  onMore,
}: {
  shown: number
  total: number
  /** What can be asked for at once; older ones are only found by searching or on the command line. */
  most: number
  busy: boolean
  onMore: () => void
}) {
  if (shown >= total) return null
  return shown >= most ? (
    <p className="px-2 py-1 text-dim">{count(total - shown, 'older one')} not shown.</p>
  ) : (
    <Button look="quiet" disabled={busy} onClick={onMore}>
      {busy ? 'Reading…' : `Show more (${count(total - shown, 'older one')})`}
    </Button>
  )
}
