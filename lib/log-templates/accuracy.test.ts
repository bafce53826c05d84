import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { groupingAccuracy, groupLines, readSets } from './grouping-accuracy.ts'

const FOLDER = new URL('../../../shared/data/logs', import.meta.url).pathname

/** Least share of rightly grouped lines, a little under what is reached, for each set. */
const FLOORS: Record<string, number> = {
  Apache: 0.99,
  HDFS: 0.99,
  Hadoop: 0.97,
  HealthApp: 0.98,
  Linux: 0.97,
  OpenSSH: 0.98,
  Proxifier: 0.98,
  Zookeeper: 0.98,
}

describe.skipIf(!existsSync(FOLDER))(`grouping of the public sets in ${FOLDER}`, () => {
  const sets = existsSync(FOLDER) ? readSets(FOLDER) : []

  it.each(sets)('the lines of $name are grouped as people grouped them', ({ name, lines, truth }) => {
    expect(groupingAccuracy(truth, groupLines(lines))).toBeGreaterThanOrEqual(FLOORS[name] ?? 0.88)
  })
})

describe('grouping accuracy', () => {
  it('counts a line only when its group holds exactly the lines of the true group', () => {
    expect(groupingAccuracy(['a', 'a', 'b', 'c'], [1, 1, 2, 2])).toBe(0.5)
    expect(groupingAccuracy(['a', 'a', 'b'], [1, 2, 3])).toBeCloseTo(1 / 3)
  })
})
