/**
 * Templates: a Markdown file for each style, `technical.md` and `user-friendly.md`, in the folder of the setting
 * `local-workflows.autoDoc.templates`. `{{name}}` stands for a part of the document, see {@link PLACEHOLDERS}; a part that
 * is empty leaves no trace, and everything else is kept as written. `\{{` is a literal `{{`.
 */
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf, type Fault } from '#lib/errors/index.ts'
import { nearest } from '#lib/text/nearest.ts'
import { STYLES, type Style } from './schemas.ts'

/** What a template may name, and what each gives. */
const PLACEHOLDERS = {
  title: 'Name of the file, as code; for the heading.',
  language: 'Language of the file.',
  overview: 'Section Overview: the file’s own comment, what the model says of its purpose, and figures.',
  syntax_errors: 'Section Syntax errors; empty when the whole file could be read.',
  examples: 'Section Examples: those of the file’s own comment.',
  options: 'Section Options: a table of NixOS module options.',
  api: 'Section API: everything exported, with signatures, parameters, comments and examples.',
  internals: 'Section Internals: what is not exported; empty in the user-friendly style.',
  imports: 'Section Imports; empty in the user-friendly style.',
  undocumented: 'Section Undocumented: exported symbols without a comment.',
  checks: 'Section Checks: what was found on checking the comments against the code.',
  footer: 'Where the words come from, and why no model took part when none did.',
} as const

export type PlaceholderName = keyof typeof PLACEHOLDERS

const BUILT_IN: Readonly<Record<Style, string>> = {
  technical:
    '# {{title}}\n\n{{overview}}\n\n{{syntax_errors}}\n\n{{examples}}\n\n{{options}}\n\n{{api}}\n\n{{internals}}\n\n{{imports}}\n\n{{undocumented}}\n\n{{checks}}\n\n{{footer}}\n',
  'user-friendly':
    '# {{title}}\n\n{{overview}}\n\n{{syntax_errors}}\n\n{{examples}}\n\n{{options}}\n\n{{api}}\n\n{{footer}}\n',
}

/** Without these a document says nothing about its file. */
const REQUIRED: readonly PlaceholderName[] = ['title', 'api', 'options']

/** Bytes. */
const MAX_TEMPLATE = 64 * 1024

const PLACEHOLDER = /(\\)\{\{|\{\{([^{}\n]*)\}\}/g

const isPlaceholder = (name: string): name is PlaceholderName => Object.hasOwn(PLACEHOLDERS, name)

/** Every fault of one template. */
function templateFaults(file: string, text: string): Fault[] {
  const faults: Fault[] = []
  const used = new Set<string>()
  const add = (line: number, message: string) => faults.push({ path: `${file}:${String(line)}`, message })
  text.split('\n').forEach((line, index) => {
    for (const [, escaped, inner = ''] of line.matchAll(PLACEHOLDER)) {
      const name = inner.trim()
      if (escaped !== undefined) continue
      used.add(name)
      if (isPlaceholder(name)) continue
      const meant = nearest(name, Object.keys(PLACEHOLDERS))
      add(index + 1, `there is no {{${name}}}${meant === null ? '' : `; did you mean {{${meant}}}?`}`)
    }
    if (line.replace(PLACEHOLDER, '').includes('{{'))
      add(index + 1, '{{ is never closed on its line; write \\{{ for the characters themselves')
  })
  for (const name of REQUIRED) if (!used.has(name)) faults.push({ path: file, message: `{{${name}}} is missing` })
  return faults
}

const invalid = (folder: string, faults: readonly Fault[], cause?: unknown) =>
  new AppError(
    'templates-invalid',
    `The documentation templates in ${folder} have ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}: ${faults.map((fault) => `${fault.path} ${fault.message}`).join('; ')}.`,
    {
      faults,
      cause,
      hint: 'Correct them, or unset local-workflows.autoDoc.templates to use the built-in templates.',
    },
  )

async function readTemplate(folder: string, name: string): Promise<{ text: string; faults: Fault[] }> {
  const path = join(folder, name)
  const stat = await lstat(path)
  if (!stat.isFile()) return { text: '', faults: [{ path: name, message: 'is not a regular file' }] }
  if (stat.size > MAX_TEMPLATE)
    return { text: '', faults: [{ path: name, message: `is longer than ${String(MAX_TEMPLATE)} bytes` }] }
  const text = await readFile(path, 'utf8')
  return { text, faults: templateFaults(name, text) }
}

/**
 * The template of a style. All templates of the folder are checked, so that a fault shows at once and not with the next style.
 * @param folder null for the built-in templates; a style without a file in the folder is built in as well
 * @throws AppError `templates-invalid` with every fault
 */
export async function loadTemplate(folder: string | null, style: Style): Promise<string> {
  if (folder === null) return BUILT_IN[style]
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    throw invalid(
      folder,
      [{ path: 'local-workflows.autoDoc.templates', message: `the folder cannot be read (${messageOf(error)})` }],
      error,
    )
  }
  const faults: Fault[] = []
  const texts = new Map<string, string>()
  for (const name of names.filter((entry) => entry.endsWith('.md')).sort()) {
    if (!STYLES.some((known) => name === `${known}.md`)) {
      faults.push({
        path: name,
        message: `is for no style; templates are called ${STYLES.map((known) => `${known}.md`).join(' and ')}`,
      })
      continue
    }
    const template = await readTemplate(folder, name)
    faults.push(...template.faults)
    texts.set(name, template.text)
  }
  if (faults.length > 0) throw invalid(folder, faults)
  return texts.get(`${style}.md`) ?? BUILT_IN[style]
}

/** Puts the parts into a template. Blank lines around parts that are empty go with them. */
export function fillTemplate(template: string, parts: Readonly<Record<PlaceholderName, string>>): string {
  const filled = template.split('\n').flatMap((line) => {
    const text = line.replace(PLACEHOLDER, (whole: string, escaped?: string, inner?: string) => {
      if (escaped !== undefined) return '{{'
      const name = inner?.trim() ?? ''
      return isPlaceholder(name) ? parts[name] : whole
    })
    return text === '' && line.trim() !== '' ? [] : [text]
  })
  // Each element is a line of the template with its part, so blank lines inside parts stay.
  const lines = filled.filter((line, index) => line.trim() !== '' || (filled[index - 1]?.trim() ?? '') !== '')
  return `${lines.join('\n').trim()}\n`
}
