/** From what was collected and what earlier entries counted to the facts of an entry. Pure. */
import { TAGS, type Example, type Facts, type Group, type Metrics, type SourceReport, type Tag } from './facts.ts'

/** A group as the history knows it: with its lasting id. */
export interface IdentifiedGroup {
  id: number
  source: string
  text: string
  count: number
  severity: number
  talkers: readonly string[]
  examples: readonly Example[]
  /** Seen in no entry before this one. */
  isNew: boolean
}

/** What earlier entries counted of one template. */
export interface PastCounts {
  /** Lines in each of the entries it came in. */
  counts: readonly number[]
  /** Entries since it was first seen, this one not counted. */
  entries: number
  /** Hours these entries cover together. */
  hours: number
}

/** A template that came before and not this time. */
export interface MissingTemplate {
  id: number
  source: string
  text: string
  severity: number
  example: Example | null
}

export interface AnalysisInput {
  date: string
  from: Date
  to: Date
  sources: readonly SourceReport[]
  groups: readonly IdentifiedGroup[]
  past: ReadonlyMap<number, PastCounts>
  missing: readonly MissingTemplate[]
  talkers: Facts['talkers']
  severities: readonly number[]
  metrics: Metrics | null
}

/** Entries that must lie behind a template before its count says anything. */
const ENOUGH_ENTRIES = 3
const RISING_FACTOR = 3
const RISING_LINES = 10
/** Share of earlier entries a template must have come in, and lines expected, for its absence to be news. */
const STEADY_SHARE = 0.8
const SILENT_LINES = 5
/** Error and graver. */
const SEVERE = 3
const TOP_TALKERS = 10
/** Groups that the entry shows of each kind. */
const SHOWN: Readonly<Record<Tag, number>> = { new: 40, rising: 20, silent: 20, severe: 20, frequent: 15 }

const gravestFirst = (a: Group, b: Group) => a.severity - b.severity || b.count - a.count || a.id.localeCompare(b.id)
const mostFirst = (a: Group, b: Group) => b.count - a.count || a.id.localeCompare(b.id)
const ORDER: Readonly<Record<Tag, (a: Group, b: Group) => number>> = {
  new: gravestFirst,
  rising: mostFirst,
  silent: (a, b) => (b.expected ?? 0) - (a.expected ?? 0) || a.id.localeCompare(b.id),
  severe: gravestFirst,
  frequent: mostFirst,
}

export function analyse(input: AnalysisInput): Facts {
  const hours = Math.max(1 / 60, (input.to.getTime() - input.from.getTime()) / 3_600_000)
  const present = input.groups.map((group) => presentGroup(group, input.past.get(group.id), hours))
  const read = new Set(input.sources.filter((source) => source.state === 'read').map((source) => source.id))
  const silent = input.missing
    .filter((template) => read.has(template.source))
    .flatMap((template) => silentGroup(template, input.past.get(template.id), hours))
  const { groups, totals } = choose([...present, ...silent])
  return {
    date: input.date,
    from: input.from.toISOString(),
    to: input.to.toISOString(),
    lines: input.sources.reduce((sum, source) => sum + source.lines, 0),
    sources: [...input.sources],
    severities: input.severities.flatMap((lines, severity) => (lines > 0 ? [{ severity, lines }] : [])),
    talkers: [...input.talkers]
      .sort((a, b) => b.lines - a.lines || a.talker.localeCompare(b.talker))
      .slice(0, TOP_TALKERS),
    groups,
    group_totals: totals,
    metrics: input.metrics,
  }
}

/** Lines that history suggests for so many hours; null while it is too short to say. */
function expectedLines(past: PastCounts | undefined, hours: number): number | null {
  if (past === undefined || past.entries < ENOUGH_ENTRIES || past.hours <= 0) return null
  const lines = past.counts.reduce((sum, count) => sum + count, 0)
  return Math.round((lines / past.hours) * hours * 10) / 10
}

function presentGroup(group: IdentifiedGroup, past: PastCounts | undefined, hours: number): Group {
  const expected = expectedLines(past, hours)
  const tags: Tag[] = []
  if (group.isNew) tags.push('new')
  if (expected !== null && group.count >= RISING_LINES && group.count >= expected * RISING_FACTOR) tags.push('rising')
  if (group.severity <= SEVERE) tags.push('severe')
  const { id, source, text: template, count, severity, talkers, examples } = group
  return {
    id: `T${id}`,
    source,
    template,
    count,
    expected,
    severity,
    talkers: [...talkers],
    tags,
    examples: [...examples],
  }
}

function silentGroup(template: MissingTemplate, past: PastCounts | undefined, hours: number): Group[] {
  const expected = expectedLines(past, hours)
  if (past === undefined || expected === null || expected < SILENT_LINES) return []
  if (past.counts.length < past.entries * STEADY_SHARE) return []
  const { id, source, text, severity, example } = template
  const examples = example === null ? [] : [example]
  return [
    { id: `T${id}`, source, template: text, count: 0, expected, severity, talkers: [], tags: ['silent'], examples },
  ]
}

/** The groups an entry shows, each once, and how many there are of each kind. */
function choose(all: readonly Group[]): { groups: Group[]; totals: Record<Tag, number> } {
  const frequent = new Set(
    [...all]
      .sort(mostFirst)
      .slice(0, SHOWN.frequent)
      .filter((group) => group.count > 0),
  )
  const tagged = all.map((group): Group =>
    frequent.has(group) ? { ...group, tags: [...group.tags, 'frequent'] } : group,
  )
  const shown = new Set<Group>()
  const totals: Record<Tag, number> = { new: 0, rising: 0, silent: 0, severe: 0, frequent: 0 }
  for (const tag of TAGS) {
    const ofKind = tagged.filter((group) => group.tags.includes(tag)).sort(ORDER[tag])
    totals[tag] = ofKind.length
    for (const group of ofKind.slice(0, SHOWN[tag])) shown.add(group)
  }
  return { groups: [...shown], totals }
}
