/** The list of wanted models as a person edits it. What the machine's own configuration declares stays. */
import { AppError, type Fault } from '../errors/index.ts'
import type { Json } from '../config/index.ts'
import { entryOf, type ModelEntry } from './desired.ts'
import { modelKey, readModelName } from './name.ts'

export interface ListedEntry {
  name: string
  autoUpdate: boolean
  priority: number
  /** Written in the machine's configuration, so it cannot be changed here. */
  declared: boolean
}

/** Every entry once, each with whether it is declared. */
export function listEntries(inForce: readonly ModelEntry[], declared: readonly ModelEntry[]): ListedEntry[] {
  const known = new Set(declared.map((entry) => modelKey(entryOf(entry).name)))
  const entries = new Map<string, ListedEntry>()
  for (const entry of inForce.map(entryOf)) {
    const key = modelKey(entry.name)
    if (!entries.has(key)) entries.set(key, { ...entry, declared: known.has(key) })
  }
  return [...entries.values()]
}

function faultOf(
  entry: ReturnType<typeof entryOf>,
  earlier: ReadonlySet<string>,
  declared: ReadonlyMap<string, ReturnType<typeof entryOf>>,
): string | null {
  if (readModelName(entry.name) === null) return `"${entry.name}" is not the name of a model; write it like llama3.2:3b`
  const key = modelKey(entry.name)
  if (earlier.has(key)) return `"${entry.name}" is there twice`
  const fixed = declared.get(key)
  if (fixed === undefined || (fixed.autoUpdate === entry.autoUpdate && fixed.priority === entry.priority)) return null
  return `"${entry.name}" is declared in the configuration of this machine: change it there`
}

/**
 * What to keep of an edited list: the entries that are not declared. Declared ones may be given unchanged or left out.
 * @throws AppError `invalid-input` with every fault
 */
export function entriesToKeep(edited: readonly ModelEntry[], declared: readonly ModelEntry[]): Json {
  const fixed = new Map(declared.map(entryOf).map((entry) => [modelKey(entry.name), entry]))
  const seen = new Set<string>()
  const faults: Fault[] = []
  const kept: { name: string; autoUpdate: boolean; priority: number }[] = []
  for (const [index, entry] of edited.map(entryOf).entries()) {
    const message = faultOf(entry, seen, fixed)
    if (message !== null) faults.push({ path: `models.${index}`, message })
    seen.add(modelKey(entry.name))
    if (!fixed.has(modelKey(entry.name))) kept.push(entry)
  }
  if (faults.length > 0)
    throw new AppError('invalid-input', faults.map(({ path, message }) => `${path}: ${message}`).join('\n'), { faults })
  return kept
}
