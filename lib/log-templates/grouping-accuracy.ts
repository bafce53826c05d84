/** Grouping accuracy against the public Loghub sets, for the test and for `accuracy.ts`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TemplateMiner } from './miner.ts'

export interface LabelledSet {
  name: string
  lines: readonly Buffer[]
  /** True group of each line. */
  truth: readonly string[]
}

/** Reads every `<set>/<set>_2k.log` with its `_structured.csv` under `folder`. */
export function readSets(folder: string): LabelledSet[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readSet(name, join(folder, name, `${name}_2k.log`)))
}

function readSet(name: string, path: string): LabelledSet {
  const truth = eventIds(readFileSync(`${path}_structured.csv`, 'utf8'))
  const lines = readFileSync(path, 'latin1').split('\n').slice(0, truth.length)
  return { name, lines: lines.map((line) => Buffer.from(line, 'latin1')), truth }
}

/** The `EventId` column of a CSV file whose cells may be quoted. */
function eventIds(csv: string): string[] {
  const [header = [], ...rows] = csv
    .split(/\r?\n/)
    .filter((row) => row !== '')
    .map((row) => [...row.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((cell) => cell[1] ?? ''))
  const column = header.indexOf('EventId')
  return rows.map((row) => row[column] ?? '')
}

/** Groups the lines with the one configuration there is: the number of the template of each. */
export function groupLines(lines: readonly Uint8Array[]): number[] {
  const miner = new TemplateMiner()
  const ids = lines.map((line) => miner.add(line))
  return ids.map(miner.finish().numberOf)
}

/** Share of lines whose predicted group holds exactly the lines of their true group. */
export function groupingAccuracy(truth: readonly string[], predicted: readonly number[]): number {
  const members = (keys: readonly unknown[]) => {
    const groups = new Map<unknown, number[]>()
    keys.forEach((key, line) => groups.set(key, [...(groups.get(key) ?? []), line]))
    return groups
  }
  const byTruth = members(truth)
  let right = 0
  for (const lines of members(predicted).values())
    if (byTruth.get(truth[lines[0] ?? 0])?.join() === lines.join()) right += lines.length
  return right / truth.length
}
