/** Several rules files as one set. */
import type { Fault } from '#lib/errors/index.ts'
import { nearest } from '#lib/text/nearest.ts'
import type { RulesFile } from './schema.ts'

/** What several files say together. */
export interface MergedRules {
  ignore: readonly string[]
  duplicates: { folder: string; upToBytes: number } | null
  categories: ReadonlyMap<string, { folder: string; description: string }>
  rules: readonly (RulesFile['rules'] & object)[number][]
}

const DEFAULT_UP_TO = 2 * 1024 ** 3

/** @param faults gets what the files say against each other */
export function mergeRules(files: readonly { file: string; content: RulesFile }[], faults: Fault[]): MergedRules {
  const categories = new Map<string, { folder: string; description: string }>()
  for (const { file, content } of files)
    for (const [id, category] of Object.entries(content.categories ?? {})) {
      if (categories.has(id)) faults.push({ path: `${file}: categories.${id}`, message: 'is defined twice' })
      categories.set(id, category)
    }
  for (const { file, content } of files)
    for (const [i, rule] of (content.rules ?? []).entries()) {
      if (rule.category === undefined || categories.has(rule.category)) continue
      const near = nearest(rule.category, categories.keys())
      const message = `no category is called ${rule.category}${near === null ? '' : `; did you mean ${near}?`}`
      faults.push({ path: `${file}: rules.${i}.category`, message })
    }
  const duplicates = files.map(({ content }) => content.duplicates).find((value) => value !== undefined) ?? false
  return {
    ignore: files.flatMap(({ content }) => content.ignore ?? []),
    duplicates:
      duplicates === false ? null : { folder: duplicates.folder, upToBytes: duplicates.up_to ?? DEFAULT_UP_TO },
    categories,
    rules: files.flatMap(({ content }) => content.rules ?? []),
  }
}
