/** Which models the machine should have, from the settings. */
import type { Settings } from '../config/index.ts'
import { type ModelName, modelKey, readModelName } from './name.ts'

/** An entry of `ollama.models`. */
export type ModelEntry = Settings['ollama']['models'][number]

export interface DesiredModel {
  name: ModelName
  autoUpdate: boolean
  /** Lower is pulled first. */
  priority: number
}

/** What an entry says, with its defaults. */
export function entryOf(entry: ModelEntry): { name: string; autoUpdate: boolean; priority: number } {
  return typeof entry === 'string' ? { name: entry, autoUpdate: true, priority: 50 } : entry
}

/** An entry that cannot be had, and why. */
export interface InvalidEntry {
  name: string
  reason: string
}

function refusal(written: string, name: ModelName | null, insecureRegistries: readonly string[]): string | null {
  if (name === null) return 'this is not the name of a model; write it like llama3.2:3b'
  if (!/^http:\/\//i.test(written.trim()) || insecureRegistries.includes(name.host)) return null
  return `plain HTTP is used only for hosts in ollama.insecureRegistries, and ${name.host} is not among them`
}

/**
 * The models to have, in the order in which they are to be pulled; each once.
 * @returns also the entries that cannot be had
 */
export function desiredModels(
  entries: readonly ModelEntry[],
  { insecureRegistries }: Pick<Settings['ollama'], 'insecureRegistries'>,
): { models: DesiredModel[]; invalid: InvalidEntry[] } {
  const models = new Map<string, DesiredModel>()
  const invalid: InvalidEntry[] = []
  for (const entry of entries.map(entryOf)) {
    const name = readModelName(entry.name)
    const reason = refusal(entry.name, name, insecureRegistries)
    if (name === null || reason !== null) invalid.push({ name: entry.name, reason: reason ?? '' })
    else if (!models.has(modelKey(name.full)))
      models.set(modelKey(name.full), { name, autoUpdate: entry.autoUpdate, priority: entry.priority })
  }
  return { models: [...models.values()].sort((a, b) => a.priority - b.priority), invalid }
}
