/** The format of a rules file, as `RULES.md` documents it. */
import { KINDS } from '#lib/files/content-type/index.ts'
import * as z from 'zod'
import { parseDuration, parseSize } from './units.ts'

/** What a folder template may hold between braces; dates are those of the file's last change, in local time. */
const FOLDER_PLACEHOLDERS = ['year', 'month', 'day', 'kind', 'extension'] as const
/** What a name template may hold besides: the name without its extension. */
const NAME_PLACEHOLDERS = [...FOLDER_PLACEHOLDERS, 'name', 'date'] as const

const placeholders = (text: string) => [...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '')

function folderFault(template: string): string | null {
  const unknown = placeholders(template).find((name) => !FOLDER_PLACEHOLDERS.some((known) => known === name))
  if (unknown !== undefined) return `{${unknown}} is not known; there are {${FOLDER_PLACEHOLDERS.join('}, {')}}`
  const parts = template.split('/')
  if (template.startsWith('/')) return 'must be relative: it lies inside the tidied folder'
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'must not hold empty parts, . or ..'
  if (parts.some((part) => part.startsWith('.'))) return 'must not be a hidden folder'
  if (parts.some((part) => Buffer.byteLength(part) > 200)) return 'has a part longer than 200 bytes'
  return template.includes('\0') ? 'must not hold a NUL' : null
}

function nameFault(template: string): string | null {
  const used = placeholders(template)
  const unknown = used.find((name) => !NAME_PLACEHOLDERS.some((known) => known === name))
  if (unknown !== undefined) return `{${unknown}} is not known; there are {${NAME_PLACEHOLDERS.join('}, {')}}`
  if (used.filter((name) => name === 'name').length !== 1)
    return 'must hold {name} once, so that no two files become one'
  if (template.includes('/') || template.includes('\0')) return 'must not hold a slash or a NUL'
  return template.startsWith('.') ? 'must not make a hidden file' : null
}

const checked = (fault: (text: string) => string | null) =>
  z.string().superRefine((text, context) => {
    const message = fault(text)
    if (message !== null) context.addIssue({ code: 'custom', message })
  })

const unit = (parse: (text: string) => number | null, like: string) =>
  z.union([z.string(), z.number()]).transform((value, context) => {
    const parsed = parse(String(value))
    if (parsed !== null) return parsed
    context.addIssue({ code: 'custom', message: `must be like ${like}` })
    return z.NEVER
  })

const size = unit(parseSize, '500 KB, 20 MB or 1.5 GiB')
const duration = unit(parseDuration, '12 hours, 30 days or 1 year')
const folder = checked(folderFault)
const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([item.transform((value) => [value]), z.array(item).min(1)]).transform((value) => value as z.output<T>[])
const words = oneOrMore(z.string().min(1))

const whenSchema = z.strictObject({
  kind: oneOrMore(z.enum(KINDS)).optional(),
  type: words.optional(),
  name: words.optional(),
  extension: words.optional(),
  larger_than: size.optional(),
  smaller_than: size.optional(),
  older_than: duration.optional(),
  newer_than: duration.optional(),
})

const ruleSchema = z
  .strictObject({
    name: z.string().min(1),
    when: whenSchema,
    category: z.string().optional(),
    rename: checked(nameFault).optional(),
    leave: z.literal(true).optional(),
  })
  .superRefine((rule, context) => {
    const acts = rule.category !== undefined || rule.rename !== undefined
    if (acts === (rule.leave === true))
      context.addIssue({ code: 'custom', message: 'needs category or rename, or else leave: true' })
    if (Object.keys(rule.when).length === 0)
      context.addIssue({ code: 'custom', path: ['when'], message: 'needs at least one condition' })
  })

export const rulesFileSchema = z.strictObject({
  include: z.literal('default').optional(),
  ignore: words.optional(),
  duplicates: z.union([z.literal(false), z.strictObject({ folder, up_to: size.optional() })]).optional(),
  categories: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and dashes'),
      z.strictObject({ folder, description: z.string().min(1) }),
    )
    .optional(),
  rules: z.array(ruleSchema).optional(),
})

export type RulesFile = z.output<typeof rulesFileSchema>
export type Rule = z.output<typeof ruleSchema>

/** Every key of the format, to name the nearest one to a misspelt key. */
export const RULE_KEYS: readonly string[] = [
  ...Object.keys(rulesFileSchema.shape),
  ...Object.keys(ruleSchema.shape),
  ...Object.keys(whenSchema.shape),
  ...['folder', 'description', 'up_to'],
]
