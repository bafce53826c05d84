/**
 * The shortest way from one list of lines to another: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations",
 * Algorithmica 1 (1986), greedy form.
 */

/** A run of lines that both have, or that only one has. Positions count from 0. */
export interface Edit {
  kind: 'same' | 'removed' | 'added'
  /** Where it begins in the old and in the new lines. */
  before: number
  after: number
  count: number
}

/** With more differences than this, the middle counts as replaced: two texts that share little are no easier to read mixed. */
const MOST_DIFFERENCES = 1500

function commonStart(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length)
  let count = 0
  while (count < most && a[count] === b[count]) count++
  return count
}

function commonEnd(a: readonly string[], b: readonly string[], start: number): number {
  const most = Math.min(a.length, b.length) - start
  let count = 0
  while (count < most && a[a.length - 1 - count] === b[b.length - 1 - count]) count++
  return count
}

/** Furthest old position reached on each diagonal, for each number of differences; null when there are too many. */
function furthest(a: readonly string[], b: readonly string[]): Int32Array[] | null {
  const most = Math.min(a.length + b.length, MOST_DIFFERENCES)
  const reached = new Int32Array(2 * most + 3)
  const origin = most + 1
  const trace: Int32Array[] = []
  for (let differences = 0; differences <= most; differences++) {
    trace.push(reached.slice(origin - differences - 1, origin + differences + 2))
    for (let diagonal = -differences; diagonal <= differences; diagonal += 2) {
      const left = reached[origin + diagonal - 1] ?? 0
      const above = reached[origin + diagonal + 1] ?? 0
      const down = diagonal === -differences || (diagonal !== differences && left < above)
      let x = down ? above : left + 1
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++
      reached[origin + diagonal] = x
      if (x >= a.length && x - diagonal >= b.length) return trace
    }
  }
  return null
}

/** One line each, from the end back to the start. */
function walkBack(a: readonly string[], b: readonly string[], trace: readonly Int32Array[]): Edit['kind'][] {
  const kinds: Edit['kind'][] = []
  let x = a.length
  let y = b.length
  for (let differences = trace.length - 1; differences >= 0; differences--) {
    const reached = trace[differences]
    const at = (diagonal: number) => reached?.[diagonal + differences + 1] ?? 0
    const diagonal = x - y
    const down = diagonal === -differences || (diagonal !== differences && at(diagonal - 1) < at(diagonal + 1))
    const from = down ? diagonal + 1 : diagonal - 1
    const startX = differences === 0 ? 0 : at(from)
    const startY = differences === 0 ? 0 : startX - from
    while (x > startX && y > startY) {
      kinds.push('same')
      x--
      y--
    }
    if (differences === 0) break
    kinds.push(down ? 'added' : 'removed')
    if (down) y--
    else x--
  }
  return kinds.reverse()
}

function kindsBetween(a: readonly string[], b: readonly string[]): Edit['kind'][] {
  const trace = a.length === 0 || b.length === 0 ? null : furthest(a, b)
  if (trace !== null) return walkBack(a, b, trace)
  return [...a.map(() => 'removed' as const), ...b.map(() => 'added' as const)]
}

/** The edits that make `after` of `before`, in order, none empty. */
export function editScript(before: readonly string[], after: readonly string[]): Edit[] {
  const start = commonStart(before, after)
  const end = commonEnd(before, after, start)
  const middle = kindsBetween(before.slice(start, before.length - end), after.slice(start, after.length - end))
  const edits: Edit[] = []
  let x = 0
  let y = 0
  const push = (kind: Edit['kind'], count: number) => {
    if (count === 0) return
    const last = edits.at(-1)
    if (last?.kind === kind) last.count += count
    else edits.push({ kind, before: x, after: y, count })
    if (kind !== 'added') x += count
    if (kind !== 'removed') y += count
  }
  push('same', start)
  for (const kind of middle) push(kind, 1)
  push('same', end)
  return edits
}
