import { dedent, docComment } from '../doc/comment.ts'
import type { DocComment } from '../types.ts'

const SECTION =
  /^(Args|Arguments|Parameters|Params|Keyword Args|Keyword Arguments|Other Parameters|Returns|Return|Yields|Raises|Throws|Examples?|Attributes|Deprecated):?\s*$/
const ITEM = /^(\*{0,2}[\w.]+)(?:\s*\(([^)]*)\)|\s*:\s*([^:\n]+?))?\s*(?::\s*|$)([^]*)$/

interface Section {
  name: string
  body: string
  /** NumPy's way: ends only at the next section, and its items are not indented. */
  underlined: boolean
}

/** Cuts a docstring into its description and its Google or NumPy sections. */
function splitSections(text: string): { text: string; sections: Section[] } {
  const lines = text.split('\n')
  const sections: Section[] = []
  let rest = ''
  let open: Section | null = null
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ''
    const next = lines[index + 1] ?? ''
    const title = SECTION.exec(line)?.[1]
    const underlined = /^-{3,}\s*$/.test(next)
    if (title !== undefined && (underlined || /^\s+\S/.test(next))) {
      open = { name: title, body: '', underlined }
      sections.push(open)
      if (underlined) index++
    } else if (open?.underlined === false && /^\S/.test(line)) {
      open = null
      rest += `${line}\n`
    } else if (open === null) rest += `${line}\n`
    else open.body += `${line}\n`
  }
  return { text: rest, sections }
}

/** `name (type): text` with indented continuation, or `name : type` above an indented text. */
function splitItems(body: string): { name: string; type: string | null; text: string }[] {
  return dedent(body.trimEnd())
    .split(/\n(?=\S)/)
    .flatMap((item) => {
      const [first = '', ...more] = item.split('\n')
      const match = ITEM.exec(first)
      if (match?.[1] === undefined) return []
      const numPy = match[3] !== undefined && more.length > 0 && (match[4] ?? '') === ''
      const type = match[2] ?? (numPy ? match[3] : undefined)
      const lead = numPy ? '' : [match[2] === undefined ? (match[3] ?? '') : '', match[4] ?? ''].join('')
      return [
        {
          name: match[1].replace(/^\*+/, ''),
          type: type?.replace(/,?\s*optional$/, '').trim() ?? null,
          text: [lead, ...more.map((line) => line.trim())].join(' ').trim(),
        },
      ]
    })
}

/** `:param x: …`, `:type x: …`, `:returns: …`, `:rtype: …`, `:raises E: …`. */
function sphinxFields(text: string): { text: string; fields: { kind: string; name: string; body: string }[] } {
  const fields: { kind: string; name: string; body: string }[] = []
  const rest = text.replace(
    /^:(param|parameter|arg|type|returns?|rtype|raises?)(?:[ \t]+([^:\n]+))?:[ \t]*(.*(?:\n[ \t]+\S.*)*)\n?/gm,
    (_match, kind: string, name: string | undefined, body: string) => {
      fields.push({ kind, name: name?.split(/\s+/).at(-1) ?? '', body: body.replace(/\s+/g, ' ').trim() })
      return ''
    },
  )
  return { text: rest, fields }
}

/** Code of interactive sessions, prompts and output included: they show what to expect. */
const doctests = (text: string) => text.match(/^[ \t]*>>> .*(?:\n[ \t]*\S.*)*/gm) ?? []

/**
 * Takes a docstring apart: Google, NumPy and Sphinx styles, and doctests.
 * @param raw value of the string, with its indentation
 */
export function parseDocstring(raw: string): DocComment {
  const clean = dedent(raw, false)
  const sphinx = sphinxFields(clean)
  const { text, sections } = splitSections(sphinx.text)
  const inSection = (pattern: RegExp) =>
    sections.filter((section) => pattern.test(section.name)).flatMap((section) => splitItems(section.body))
  const whole = (pattern: RegExp) => sections.find((section) => pattern.test(section.name))
  const items = inSection(/^(Args|Arguments|Param|Keyword|Other|Attributes)/)
  const named = (...kinds: string[]) => sphinx.fields.filter((field) => kinds.includes(field.kind))
  const returned = whole(/^(Return|Yields)/)
  return docComment({
    text,
    parameters: [
      ...items.map(({ name, text: body }) => [name, body] as const),
      ...named('param', 'parameter', 'arg').map(({ name, body }) => [name, body] as const),
    ],
    parameterTypes: [
      ...items.flatMap(({ name, type }) => (type === null ? [] : [[name, type] as const])),
      ...named('type').map(({ name, body }) => [name, body] as const),
    ],
    returns: returned === undefined ? (named('return', 'returns')[0]?.body ?? null) : dedent(returned.body),
    returnType: named('rtype')[0]?.body ?? null,
    throws: [
      ...inSection(/^(Raises|Throws)/).map(({ name, text: body }) => `${name} ${body}`.trim()),
      ...named('raise', 'raises').map(({ name, body }) => `${name} ${body}`.trim()),
    ],
    examples: doctests(clean),
    deprecated: /^\.\. deprecated::\s*(.*)$/m.exec(clean)?.[1] ?? null,
  })
}
