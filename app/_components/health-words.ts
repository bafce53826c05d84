/** The states of health checks in words, and in which order they matter. */
import type { HealthStatus } from '#app/_client/types.ts'
import { count } from './format.ts'

/** From what needs a person most to what is well. */
const WORST_FIRST: readonly HealthStatus[] = ['down', 'degraded', 'unknown', 'ok']

export const HEALTH_WORDS: Readonly<Record<HealthStatus, string>> = {
  ok: 'Well',
  degraded: 'Needs attention',
  down: 'Down',
  unknown: 'Not known',
}

/** What an incident was, after its subject: `Ollama was down`. */
export const PAST_WORDS: Readonly<Record<HealthStatus, string>> = {
  ok: 'was well',
  degraded: 'needed attention',
  down: 'was down',
  unknown: 'could not be checked',
}

/** What a check is, after its subject: `Ollama is down`. */
export const PRESENT_WORDS: Readonly<Record<HealthStatus, string>> = {
  ok: 'is well',
  degraded: 'needs attention',
  down: 'is down',
  unknown: 'cannot be checked',
}

/** The worst first; those that are alike stay in their order. */
export function worstFirst<Check extends { status: HealthStatus }>(checks: readonly Check[]): Check[] {
  return checks.toSorted((a, b) => WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status))
}

/** A part of a sentence as a sentence of its own. What is no word, such as a model's name, stays as it is written. */
export function sentence(text: string): string {
  const capital = /^\p{Ll}[\p{L}’']*(?=[\s,;.]|$)/u.test(text)
  return `${capital ? text.charAt(0).toUpperCase() : text.charAt(0)}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
}

function names(titles: readonly string[]): string {
  const shown = titles.slice(0, 3)
  const rest = titles.length - shown.length
  const inline = shown.map((title, n) => (n === 0 ? title : title.replace(/^The /, 'the ')))
  const all = rest > 0 ? [...inline, `${rest} more`] : inline
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`
}

interface LineCheck {
  title: string
  status: HealthStatus
  since: string | null
  /** What the latest look found, where that is not in force yet. */
  last_status?: HealthStatus | null
}

const isBad = (status: HealthStatus | null | undefined) => status === 'down' || status === 'degraded'

/** How everything is, in one line. */
export function healthLine(checks: readonly LineCheck[]): string {
  if (checks.length === 0) return 'There is nothing to check.'
  const bad = worstFirst(checks.filter(({ status }) => isBad(status)))
  if (bad.length > 0) {
    const [first] = bad
    const alike = first !== undefined && bad.every(({ status }) => status === first.status)
    const are = first?.status === 'down' ? 'are down' : 'need attention'
    const titles = names(bad.map(({ title }) => title))
    if (!alike) return `${titles} are not well.`
    return bad.length === 1 ? `${titles} ${PRESENT_WORDS[first.status]}.` : `${titles} ${are}.`
  }
  const waiting = checks.filter(({ since }) => since === null)
  if (waiting.length === checks.length) return 'The first checks have not run yet.'
  const unclear = checks.filter(({ status, since }) => status === 'unknown' && since !== null)
  const suspected = unclear.filter(({ last_status }) => isBad(last_status))
  if (suspected.length > 0)
    return `${names(suspected.map(({ title }) => title))} ${suspected.length === 1 ? 'was' : 'were'} not well at the first look; the next one decides.`
  if (unclear.length > 0) return `${names(unclear.map(({ title }) => title))} cannot be checked; the rest is well.`
  if (waiting.length > 0)
    return `${count(checks.length - waiting.length, 'check')} well so far, ${waiting.length} not run yet.`
  return checks.length === 1 ? 'The only check is well.' : `All ${checks.length} checks are well.`
}
