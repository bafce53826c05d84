/** The retired names, and what became of them. */
import { childrenOf, SETTINGS, TREE } from '#lib/config/schema/index.ts'

/** `hwc.server.ai.…` became `hwc.ai.…`: the leaves are the same. */
export const RETIRED = ['hwc', 'server', 'ai'] as const

/** Stands for a name that is only known when Nix evaluates it. */
export const DYNAMIC = '${…}'

/** Folder of the modules that declared them. */
export const RETIRED_FOLDER = 'domains/server/ai'

/** Files that speak of the retired names because that is what they are for. */
export function isExempt(path: string): boolean {
  return path === 'domains/ai/legacy-compat.nix' || path.startsWith(`${RETIRED_FOLDER}/`)
}

/** Where the retired path begins in a list of names; -1 when it is not there. */
export function retiredAt(names: readonly string[]): number {
  return names.findIndex((_, index) => RETIRED.every((name, offset) => names[index + offset] === name))
}

/** What a retired path is called now. */
export function renamed(names: readonly string[]): string[] {
  const at = retiredAt(names)
  return at < 0 ? [...names] : [...names.slice(0, at + 1), ...names.slice(at + 2)]
}

/** Whether there is such an option now, or a group of options, or something inside of one. */
function exists(path: string): boolean {
  return [...SETTINGS.keys()].some(
    (known) => known === path || known.startsWith(`${path}.`) || path.startsWith(`${known}.`),
  )
}

/** @param isDefinition whether the option is set there, rather than read */
export function explain(names: readonly string[], isDefinition: boolean): string {
  const at = retiredAt(names)
  const leaf = names.slice(at + RETIRED.length)
  const now = `hwc.ai${leaf.map((name) => `.${name}`).join('')}`
  const known = leaf.includes(DYNAMIC) ? leaf.slice(0, leaf.indexOf(DYNAMIC)) : leaf
  if (known.length > 0 && !exists(known.join('.')))
    return `has no successor: there is no ${now}; the modules are ${Object.keys(childrenOf(TREE) ?? {})
      .slice(1)
      .join(', ')}`
  const mayEnable = isDefinition && (leaf.length < 2 || (leaf.length === 2 && leaf[1] === 'enable'))
  return `is called ${now} now${mayEnable ? '; hwc.ai.enable = true has to be set as well, once' : ''}`
}
