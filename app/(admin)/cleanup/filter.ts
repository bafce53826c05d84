/** Which actions of a plan are looked at. */
import { becauseWord } from './plan-words.ts'
import { moves } from './tree.ts'
import type { Action } from './types.ts'

/** One way to narrow a plan down, with how many actions it leaves. */
export interface Facet {
  key: string
  label: string
  count: number
}

export interface Filter {
  text: string
  facet: string | null
}

const RULE = /\(rule “(.+?)”\)/

/** What decided about an action: the rule by its name, or the cause in words. */
function deciderOf({ because, reason }: Action): { key: string; label: string } {
  const rule = because === 'rule' || because === 'left-by-rule' ? RULE.exec(reason)?.[1] : undefined
  return rule === undefined ? { key: because, label: becauseWord(because) } : { key: `rule:${rule}`, label: rule }
}

function count(actions: readonly Action[]): Facet[] {
  const facets = new Map<string, Facet>()
  for (const action of actions) {
    const { key, label } = deciderOf(action)
    const facet = facets.get(key)
    if (facet === undefined) facets.set(key, { key, label, count: 1 })
    else facet.count += 1
  }
  return [...facets.values()].sort((a, b) => b.count - a.count)
}

/** What decided about the files that move, and about those that stay. */
export function facetsOf(actions: readonly Action[]): { moving: Facet[]; staying: Facet[] } {
  return { moving: count(actions.filter(moves)), staying: count(actions.filter((action) => !moves(action))) }
}

/** The actions that fit. */
export function filtered(actions: readonly Action[], { text, facet }: Filter): readonly Action[] {
  const asked = text.trim().toLowerCase()
  if (asked === '' && facet === null) return actions
  return actions.filter(
    (action) =>
      (facet === null || deciderOf(action).key === facet) &&
      (asked === '' || `${action.file}\n${action.destination ?? ''}\n${action.reason}`.toLowerCase().includes(asked)),
  )
}
