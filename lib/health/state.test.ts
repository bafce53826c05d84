import { expect, it } from 'vitest'
import { advance, type CheckState } from './state.ts'
import type { Status } from './types.ts'

const START = Date.parse('2026-11-23T08:00:00Z')

/** Plays results a minute apart; the state in force after each, with the minute since when it is. */
function play(results: readonly Status[], needed: number): string[] {
  let state: CheckState | null = null
  return results.map((status, minute) => {
    const at = new Date(START + minute * 60_000)
    state = advance(state, { status, expected: '', actual: '', hint: null, durationMs: 1, at }, needed).state
    return `${state.status ?? '-'}@${(state.since.getTime() - START) / 60_000}`
  })
}

it.each<[string, Status[], number, string[]]>([
  ['the first ok counts at once', ['ok', 'ok'], 2, ['ok@0', 'ok@0']],
  ['a first failure alone says nothing yet', ['down', 'ok'], 2, ['-@0', 'ok@1']],
  ['two failures in a row from the start', ['down', 'down'], 2, ['-@0', 'down@0']],
  ['one failure between is forgotten', ['ok', 'down', 'ok', 'down', 'ok'], 2, ['ok@0', 'ok@0', 'ok@0', 'ok@0', 'ok@0']],
  ['two in a row change the state, since the first of them', ['ok', 'down', 'down'], 2, ['ok@0', 'ok@0', 'down@1']],
  [
    'getting well again takes as many',
    ['ok', 'down', 'down', 'ok', 'ok'],
    2,
    ['ok@0', 'ok@0', 'down@1', 'down@1', 'ok@3'],
  ],
  ['different troubles in a row count together', ['ok', 'down', 'degraded'], 2, ['ok@0', 'ok@0', 'degraded@1']],
  ['with one needed every result counts', ['ok', 'down', 'ok'], 1, ['ok@0', 'down@1', 'ok@2']],
])('%s', (_title, results, needed, states) => {
  expect(play(results, needed)).toEqual(states)
})
