/** Reads rules files, whole or not at all. Loaded only for rules of one's own, as YAML and Zod take some time and memory. */
import { AppError, type Fault } from '#lib/errors/index.ts'
import { issueWords } from '#lib/operations/validate.ts'
import { nearest } from '#lib/text/nearest.ts'
import { parseDocument } from 'yaml'
import type * as z from 'zod'
import { DEFAULT_RULES } from './default-rules.ts'
import type { RulesSource } from './load.ts'
import { mergeRules, type MergedRules } from './merge.ts'
import { RULE_KEYS, rulesFileSchema, type RulesFile } from './schema.ts'

type Path = readonly PropertyKey[]

const showKeys = (path: Path) => path.map(String).join('.')

function unknownKeys(keys: readonly string[]): string {
  return keys
    .map((key) => {
      const near = nearest(key, RULE_KEYS)
      return `${key} is not known${near === null ? '' : `; did you mean ${near}?`}`
    })
    .join('. ')
}

/** Of a choice between forms, the faults of the form that came nearest. */
function flatten(issue: z.core.$ZodIssue, above: Path): { path: Path; message: string }[] {
  const path = [...above, ...issue.path]
  if (issue.code === 'unrecognized_keys') return [{ path, message: unknownKeys(issue.keys) }]
  if (issue.code !== 'invalid_union') return [{ path, message: issueWords(issue) }]
  const deepest = issue.errors
    .filter((branch) => branch.length > 0)
    .toSorted((a, b) => Math.max(...b.map((i) => i.path.length)) - Math.max(...a.map((i) => i.path.length)))[0]
  return deepest?.flatMap((inner) => flatten(inner, path)) ?? [{ path, message: issueWords(issue) }]
}

function parseFile({ file, text }: RulesSource, faults: Fault[]): RulesFile | null {
  const document = parseDocument(text, { prettyErrors: true })
  if (document.errors.length > 0) {
    faults.push(
      ...document.errors.map((error) => ({ path: file, message: error.message.split('\n')[0] ?? 'is not YAML' })),
    )
    return null
  }
  const result = rulesFileSchema.safeParse(document.toJS() ?? {})
  if (result.success) return result.data
  for (const { path, message } of result.error.issues.flatMap((issue) => flatten(issue, [])))
    faults.push({ path: path.length === 0 ? file : `${file}: ${showKeys(path)}`, message })
  return null
}

/**
 * Checks rules files together. Their rules are tried in the order of the files; those of an included default set come last.
 * @throws AppError `rules-invalid` with every fault of every file
 */
export function parseRules(sources: readonly RulesSource[]): MergedRules {
  const faults: Fault[] = []
  const files = sources.flatMap((source) => {
    const content = parseFile(source, faults)
    return content === null ? [] : [{ file: source.file, content }]
  })
  if (files.some(({ content }) => content.include === 'default'))
    files.push({ file: 'default.yaml', content: withoutOverridden(DEFAULT_RULES, files) })
  const merged = mergeRules(files, faults)
  if (faults.length === 0) return merged
  throw new AppError(
    'rules-invalid',
    `The cleanup rules have ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}; nothing was planned.`,
    {
      faults,
      hint: 'Correct the files named; workflows/file-cleanup/RULES.md describes the format.',
    },
  )
}

/** A person's own category replaces the built-in one of that name. */
function withoutOverridden(content: RulesFile, own: readonly { content: RulesFile }[]): RulesFile {
  const overridden = new Set(own.flatMap((file) => Object.keys(file.content.categories ?? {})))
  const categories = Object.entries(content.categories ?? {}).filter(([id]) => !overridden.has(id))
  return { ...content, categories: Object.fromEntries(categories) }
}
