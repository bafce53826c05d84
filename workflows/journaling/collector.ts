/** Takes the records of one source as they stream past; keeps counts and a few examples, never the lines. */
import { TemplateMiner, type KnownTemplate, type Template } from '#lib/log-templates/index.ts'
import type { Example } from './facts.ts'
import type { LogRecord } from './sources/index.ts'
import { guessSeverity } from './severity.ts'
import { visible, visibleBytes } from './visible.ts'

const EXAMPLES_PER_GROUP = 3
/** Talkers counted by name; the rest count as one. */
const MAX_TALKERS = 5000
const TALKERS_PER_GROUP = 3
const OTHERS = '(others)'

/** One template of one source, with what was seen of it in this reading. */
export interface CollectedGroup {
  template: Template
  severity: number
  talkers: readonly string[]
  examples: readonly Example[]
}

export interface Collected {
  source: string
  lines: number
  groups: readonly CollectedGroup[]
  talkers: ReadonlyMap<string, number>
  /** Lines by severity, 0 to 7. */
  severities: readonly number[]
}

/** What is held for each number the miner gives out, until numbers are joined at the end. */
interface Seen {
  lines: number[]
  talkers: string[]
  examples: Example[]
}

export class Collector {
  private readonly source: string
  private readonly miner: TemplateMiner
  private readonly seen = new Map<number, Seen>()
  private readonly talkers = new Map<string, number>()
  lines = 0

  constructor(source: string, known: readonly KnownTemplate[]) {
    this.source = source
    this.miner = new TemplateMiner(known)
  }

  add(record: LogRecord): void {
    this.lines++
    const id = this.miner.add(record.buffer, record.start, record.end)
    let seen = this.seen.get(id)
    if (seen === undefined)
      this.seen.set(id, (seen = { lines: new Array<number>(9).fill(0), talkers: [], examples: [] }))
    const severity = record.severity ?? 8
    seen.lines[severity] = (seen.lines[severity] ?? 0) + 1
    const talker = this.countTalker(record.talker)
    if (seen.talkers.length < TALKERS_PER_GROUP && !seen.talkers.includes(talker)) seen.talkers.push(talker)
    if (seen.examples.length < EXAMPLES_PER_GROUP) seen.examples.push(this.exampleOf(record))
  }

  /** Joins what belongs together. */
  finish(): Collected {
    const { templates, numberOf } = this.miner.finish()
    const joined = new Map<number, Seen>()
    for (const [id, seen] of this.seen) join(joined, numberOf(id), seen)
    const severities = new Array<number>(8).fill(0)
    const groups = templates.map((template): CollectedGroup => {
      const seen = joined.get(template.number) ?? { lines: [], talkers: [], examples: [] }
      const guessed = guessSeverity(seen.examples[0]?.text ?? template.text)
      const lines = Array.from(
        { length: 8 },
        (_, severity) => (seen.lines[severity] ?? 0) + (severity === guessed ? (seen.lines[8] ?? 0) : 0),
      )
      lines.forEach((count, severity) => (severities[severity] = (severities[severity] ?? 0) + count))
      const severity = Math.max(
        0,
        lines.findIndex((count) => count > 0),
      )
      return {
        template: { ...template, text: visible(template.text) },
        severity,
        talkers: seen.talkers,
        examples: seen.examples,
      }
    })
    return { source: this.source, lines: this.lines, groups, talkers: this.talkers, severities }
  }

  private countTalker(name: string): string {
    const talker = this.talkers.has(name) || this.talkers.size < MAX_TALKERS ? name : OTHERS
    this.talkers.set(talker, (this.talkers.get(talker) ?? 0) + 1)
    return talker
  }

  private exampleOf(record: LogRecord): Example {
    const at = record.at()
    return {
      text: visibleBytes(record.buffer, record.start, record.end),
      source: this.source,
      reference: visible(record.reference(), 1000),
      at: at === null ? null : new Date(at).toISOString(),
    }
  }
}

function join(joined: Map<number, Seen>, number: number, seen: Seen): void {
  const into = joined.get(number)
  if (into === undefined) {
    joined.set(number, seen)
    return
  }
  seen.lines.forEach((count, severity) => (into.lines[severity] = (into.lines[severity] ?? 0) + count))
  into.talkers = [...new Set([...into.talkers, ...seen.talkers])].slice(0, TALKERS_PER_GROUP)
  into.examples = [...into.examples, ...seen.examples].slice(0, EXAMPLES_PER_GROUP)
}
