/** Rules made ready to ask: globs become expressions and templates become functions, once for all files. */
import { extensionOf, KINDS, type ContentType } from '#lib/files/content-type/index.ts'
import { fitBytes, NAME_MAX, splitExtension } from '#lib/files/names.ts'
import { parsePath, rawPath, type RawPath } from '#lib/files/raw-path.ts'
import picomatch from 'picomatch'
import type { MergedRules } from './merge.ts'
import type { Rule } from './schema.ts'

/** What a rule may look at. */
export interface RuleSubject {
  name: RawPath
  content: ContentType
  sizeBytes: number
  modifiedMs: number
}

export interface RuleDecision {
  /** The rule's name, told in the reason. */
  rule: string
  category: string | null
  /** Relative folder the file belongs in; null when it stays in its own. */
  folder: RawPath | null
  /** Name it gets; its own when no rule renames it. */
  name: RawPath
  /** A rule says to leave it where it is. */
  leave: boolean
}

export interface CompiledRules {
  duplicates: { folder: RawPath; upToBytes: number } | null
  categories: ReadonlyMap<string, { description: string; folderFor: (subject: RuleSubject) => RawPath }>
  ignores: (name: RawPath) => boolean
  decide: (subject: RuleSubject, now: number) => RuleDecision | null
  /** Whether a folder at the top was made by these rules, so that what lies in it is tidy already. */
  isOwnFolder: (name: RawPath) => boolean
}

type Condition = (subject: RuleSubject, now: number) => boolean

const glob = (patterns: readonly string[]) => {
  const matchers = patterns.map((pattern) => picomatch.makeRe(parsePath(pattern), { nocase: true, dot: true }))
  return (name: string) => matchers.some((matcher) => matcher.test(name))
}

function conditionsOf({ when }: Rule): Condition[] {
  const conditions: Condition[] = []
  const { kind, type, name, extension, larger_than, smaller_than, older_than, newer_than } = when
  if (kind !== undefined) conditions.push(({ content }) => kind.includes(content.kind))
  if (type !== undefined) {
    const matches = glob(type)
    conditions.push(({ content }) => matches(content.type))
  }
  if (name !== undefined) {
    const matches = glob(name)
    conditions.push((subject) => matches(subject.name))
  }
  if (extension !== undefined) {
    const wanted = new Set(extension.map((text) => text.replace(/^\./, '').toLowerCase()))
    conditions.push((subject) => wanted.has(extensionOf(subject.name)))
  }
  if (larger_than !== undefined) conditions.push(({ sizeBytes }) => sizeBytes > larger_than)
  if (smaller_than !== undefined) conditions.push(({ sizeBytes }) => sizeBytes < smaller_than)
  if (older_than !== undefined) conditions.push(({ modifiedMs }, now) => now - modifiedMs > older_than)
  if (newer_than !== undefined) conditions.push(({ modifiedMs }, now) => now - modifiedMs < newer_than)
  return conditions
}

const two = (number: number) => String(number).padStart(2, '0')

const year = (date: Date) => String(date.getFullYear())
const month = (date: Date) => two(date.getMonth() + 1)
const day = (date: Date) => two(date.getDate())

/** What a template may ask for, each made only where it is. */
const VALUES: ReadonlyMap<string, (subject: RuleSubject, modified: Date) => string> = new Map([
  ['{year}', (_, modified) => year(modified)],
  ['{month}', (_, modified) => month(modified)],
  ['{day}', (_, modified) => day(modified)],
  ['{date}', (_, modified) => `${year(modified)}-${month(modified)}-${day(modified)}`],
  ['{kind}', ({ content }) => content.kind],
  ['{extension}', ({ name }) => extensionOf(name) || 'none'],
])

/** @returns the text with its `{…}` filled in; what is none of {@link VALUES} stays as it is */
function template(text: string): (subject: RuleSubject) => RawPath {
  const raw = parsePath(text)
  const parts = raw.split(/(\{[a-z]+\})/).map((part) => VALUES.get(part) ?? part)
  if (parts.every((part) => typeof part === 'string')) return () => raw
  return (subject) => {
    const modified = new Date(subject.modifiedMs)
    let filled = ''
    for (const part of parts) filled += typeof part === 'string' ? part : part(subject, modified)
    return rawPath(filled)
  }
}

/** The new name; a name that the template already made stays, so that tidying twice renames nothing. */
function renamer(text: string): (subject: RuleSubject) => RawPath {
  const [first = '', ...others] = text.split('{name}')
  const renderBefore = template(first)
  const renderAfter = template(others.join('{name}'))
  return (subject) => {
    const { stem, extension } = splitExtension(subject.name)
    const [before, after] = [renderBefore(subject), renderAfter(subject)]
    const room = NAME_MAX - extension.length - before.length - after.length
    if (room < 1 || (stem.startsWith(before) && stem.endsWith(after) && stem.length > before.length + after.length))
      return subject.name
    return rawPath(before + fitBytes(stem, room) + after + extension)
  }
}

function compileRule(rule: Rule, categories: CompiledRules['categories']) {
  const conditions = conditionsOf(rule)
  const rename = rule.rename === undefined ? null : renamer(rule.rename)
  const category = rule.category === undefined ? undefined : categories.get(rule.category)
  return {
    matches: (subject: RuleSubject, now: number) => {
      for (const condition of conditions) if (!condition(subject, now)) return false
      return true
    },
    decision: (subject: RuleSubject): RuleDecision => ({
      rule: rule.name,
      category: rule.category ?? null,
      folder: category?.folderFor(subject) ?? null,
      name: rename?.(subject) ?? subject.name,
      leave: rule.leave === true,
    }),
  }
}

/** An expression for the first part of a folder template. */
function firstPart(folder: string): RegExp {
  const part = parsePath(folder.split('/', 1)[0] ?? '')
  const forms: Readonly<Record<string, string>> = {
    year: '\\d{4}',
    month: '\\d{2}',
    day: '\\d{2}',
    kind: KINDS.join('|'),
  }
  const source = part
    .replace(/[\\^$.*+?()|[\]]/g, '\\$&')
    .replace(/\{([a-z]+)\}/g, (_, name: string) => `(?:${forms[name] ?? '[^/]{1,20}'})`)
  return new RegExp(`^${source}$`)
}

export function compileRules(merged: MergedRules): CompiledRules {
  const categories = new Map(
    [...merged.categories].map(([id, { folder, description }]) => {
      const render = template(folder)
      return [id, { description, folderFor: (subject: RuleSubject) => render(subject) }] as const
    }),
  )
  const rules = merged.rules.map((rule) => compileRule(rule, categories))
  const own = [...merged.categories.values(), ...(merged.duplicates === null ? [] : [merged.duplicates])].map(
    ({ folder }) => firstPart(folder),
  )
  const { duplicates } = merged
  return {
    duplicates: duplicates === null ? null : { folder: parsePath(duplicates.folder), upToBytes: duplicates.upToBytes },
    categories,
    ignores: merged.ignore.length === 0 ? () => false : glob(merged.ignore),
    decide: (subject, now) => {
      for (const rule of rules) if (rule.matches(subject, now)) return rule.decision(subject)
      return null
    },
    isOwnFolder: (name) => own.some((pattern) => pattern.test(name)),
  }
}
