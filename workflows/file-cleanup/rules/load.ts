/** Reads rules: the built-in set, or every YAML file of a folder, whole or not at all. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, messageOf, type Fault } from '#lib/errors/index.ts'
import { nearest } from '#lib/text/nearest.ts'
import { parseDocument } from 'yaml'
import type * as z from 'zod'
import { DEFAULT_RULES } from './default-rules.ts'
import { RULE_KEYS, rulesFileSchema, type RulesFile } from './schema.ts'

/** One rules file with the name under which its faults are told. */
export interface RulesSource {
  file: string
  text: string
}

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
  if (issue.code !== 'invalid_union') return [{ path, message: issue.message }]
  const deepest = issue.errors
    .filter((branch) => branch.length > 0)
    .toSorted((a, b) => Math.max(...b.map((i) => i.path.length)) - Math.max(...a.map((i) => i.path.length)))[0]
  return deepest?.flatMap((inner) => flatten(inner, path)) ?? [{ path, message: issue.message }]
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

/** What several files say together. */
export interface MergedRules {
  ignore: readonly string[]
  duplicates: { folder: string; upToBytes: number } | null
  categories: ReadonlyMap<string, { folder: string; description: string }>
  rules: readonly (RulesFile['rules'] & object)[number][]
}

const DEFAULT_UP_TO = 2 * 1024 ** 3

function merge(files: readonly { file: string; content: RulesFile }[], faults: Fault[]): MergedRules {
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

const DEFAULT_SOURCE: RulesSource = { file: 'default.yaml', text: DEFAULT_RULES }

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
  if (files.some(({ content }) => content.include === 'default')) {
    const content = parseFile(DEFAULT_SOURCE, faults)
    if (content !== null) files.push({ file: DEFAULT_SOURCE.file, content: withoutOverridden(content, files) })
  }
  const merged = merge(files, faults)
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

/** The rules files to use: those of the folder, or the built-in set without one, or while it is absent. */
export function rulesSources(rulesDir: string | null): { sources: RulesSource[]; stamp: string } {
  const builtIn = { sources: [DEFAULT_SOURCE], stamp: 'default' }
  if (rulesDir === null) return builtIn
  try {
    const names = readdirSync(rulesDir)
      .filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'))
      .sort()
    if (names.length === 0) return builtIn
    const stamps = names.map((name) => {
      const { mtimeMs, size, ino } = statSync(join(rulesDir, name))
      return `${name}:${ino}:${size}:${mtimeMs}`
    })
    const read = (file: string): RulesSource => ({ file, text: readFileSync(join(rulesDir, file), 'utf8') })
    return {
      get sources() {
        return names.map(read)
      },
      stamp: `${rulesDir}|${stamps.join('|')}`,
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return builtIn
    throw new AppError('rules-invalid', `The rules in ${rulesDir} cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Check the permissions of local-workflows.fileCleanup.rulesDir.',
    })
  }
}
