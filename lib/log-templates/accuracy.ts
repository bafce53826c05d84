/**
 * Prints grouping accuracy for each public set of a folder, and the speed on a million different lines made from them:
 * `node lib/log-templates/accuracy.ts [FOLDER] [LINES]` (default `../shared/data/logs` and 1,000,000).
 */
import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { groupingAccuracy, groupLines, readSets, type LabelledSet } from './grouping-accuracy.ts'
import { mineFile } from './mine-file.ts'

const print = (text: string) => process.stdout.write(`${text}\n`)

/** Writes lines that all differ: the sets over and over, with the last number of each line counted up. */
function writeDifferentLines(path: string, sets: readonly LabelledSet[], count: number): void {
  const source = sets.flatMap((set) => set.lines.map((line) => line.toString('latin1')))
  const file = openSync(path, 'w')
  let batch: string[] = []
  for (let i = 0; i < count; i++) {
    const line = source[i % source.length] ?? ''
    const numbered = line.replace(/\d+(?=\D*$)/, String(i))
    batch.push(numbered === line ? `${line} ${i}` : numbered)
    if (batch.length < 10_000 && i + 1 < count) continue
    writeSync(file, `${batch.join('\n')}\n`, null, 'latin1')
    batch = []
  }
}

const [folder = new URL('../../../shared/data/logs', import.meta.url).pathname, lines = '1000000'] =
  process.argv.slice(2)
const sets = readSets(folder)
let sum = 0
for (const set of sets) {
  const predicted = groupLines(set.lines)
  const accuracy = groupingAccuracy(set.truth, predicted)
  sum += accuracy
  print(
    `${set.name.padEnd(12)} ${accuracy.toFixed(4)}  groups ${new Set(predicted).size}, true ${new Set(set.truth).size}`,
  )
}
print(`${'average'.padEnd(12)} ${(sum / sets.length).toFixed(4)}`)

const temporary = mkdtempSync(join(tmpdir(), 'hwc-ai-templates-'))
try {
  const path = join(temporary, 'different.log')
  writeDifferentLines(path, sets, Number(lines))
  const before = process.cpuUsage()
  const mined = await mineFile(path, { perLine: true })
  const used = process.cpuUsage(before)
  const seconds = (used.user + used.system) / 1e6
  print(
    `${mined.lines} different lines: ${Math.round(mined.lines / seconds)} lines/s of CPU, ${mined.templates.length} templates`,
  )
  print(`peak memory of this process ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`)
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
