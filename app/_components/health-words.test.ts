import { describe, expect, it } from 'vitest'
import type { HealthStatus } from '#app/_client/types.ts'
import { healthLine, sentence, worstFirst } from './health-words.ts'

const check = (title: string, status: HealthStatus, since: string | null = '2026-01-01T00:00:00Z') => ({
  title,
  status,
  since,
})

describe('the line on everything', () => {
  it('names what is wrong, the worst first, and says the rest with a number', () => {
    expect(healthLine([check('A', 'ok'), check('B', 'down')])).toBe('B is down.')
    expect(healthLine([check('A', 'degraded')])).toBe('A needs attention.')
    expect(healthLine([check('A', 'degraded'), check('B', 'down')])).toBe('B and A are not well.')
    expect(healthLine(['A', 'B', 'C', 'D', 'E'].map((title) => check(title, 'down')))).toBe(
      'A, B, C and 2 more are down.',
    )
  })

  it('reads as one sentence where titles begin with an article', () => {
    expect(healthLine([check('The disk', 'down'), check('The database', 'down')])).toBe(
      'The disk and the database are down.',
    )
  })

  it('tells what has not run yet from what cannot be told', () => {
    expect(healthLine([check('A', 'unknown', null), check('B', 'unknown', null)])).toBe(
      'The first checks have not run yet.',
    )
    expect(healthLine([check('A', 'ok'), check('B', 'unknown', null)])).toBe('1 check well so far, 1 not run yet.')
    expect(healthLine([check('A', 'ok'), check('B', 'unknown')])).toBe('B cannot be checked; the rest is well.')
    expect(healthLine([check('A', 'ok'), check('B', 'ok')])).toBe('All 2 checks are well.')
  })

  it('does not say that what was found down cannot be checked', () => {
    const suspected = { ...check('B', 'unknown'), last_status: 'down' as const }
    expect(healthLine([check('A', 'ok'), suspected])).toBe('B was not well at the first look; the next one decides.')
    expect(healthLine([{ ...suspected, title: 'C' }, suspected, check('A', 'unknown')])).toBe(
      'C and B were not well at the first look; the next one decides.',
    )
  })

  it('keeps the order of what is equally bad', () => {
    const sorted = worstFirst([check('A', 'ok'), check('B', 'down'), check('C', 'ok'), check('D', 'degraded')])
    expect(sorted.map(({ title }) => title)).toEqual(['B', 'D', 'A', 'C'])
  })
})

describe('what a check says', () => {
  it('becomes a sentence, and names in it stay as they are written', () => {
    expect(sentence('no answer within 10 s')).toBe('No answer within 10 s.')
    expect(sentence('Restart it!')).toBe('Restart it!')
    expect(sentence('qwen2.5:3b is here')).toBe('qwen2.5:3b is here.')
    expect(sentence('llama:latest is here')).toBe('llama:latest is here.')
  })
})
