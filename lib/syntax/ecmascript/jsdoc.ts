import { docComment } from '../doc/comment.ts'
import type { DocComment } from '../types.ts'

interface Tag {
  name: string
  body: string
}

/** Tags whose text belongs to the description, with the word that introduces it. */
const TEXT_TAGS: Readonly<Record<string, string>> = {
  remarks: '',
  description: '',
  desc: '',
  see: 'See ',
  since: 'Since ',
  defaultValue: 'Default: ',
  default: 'Default: ',
}

/** Tags that make a comment one about the file. */
export const MODULE_TAGS = /^[ \t]*\/?\*{0,2}[ \t]*@(?:module|packageDocumentation|file|fileoverview|overview)\b/m

const stripFrame = (comment: string) =>
  comment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/$/, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/^[ \t]*\* ?/, ''))
    .join('\n')
    .replace(/\{@link(?:code|plain)?\s+([^}|\s]+)(?:[|\s]+([^}]*))?\}/g, (_match, target: string, label?: string) =>
      label === undefined || label.trim() === '' ? `\`${target}\`` : label.trim(),
    )

/** The lead text and the tags; an `@` inside a fenced example starts no tag. */
function splitTags(body: string): { text: string; tags: Tag[] } {
  const tags: Tag[] = []
  let text = ''
  let fenced = false
  for (const line of body.split('\n')) {
    const tag = fenced ? null : /^\s*@([a-zA-Z]+)\b[ \t]?(.*)$/.exec(line)
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced
    const last = tags.at(-1)
    if (tag?.[1] !== undefined) tags.push({ name: tag[1], body: tag[2] ?? '' })
    else if (last === undefined) text += `${line}\n`
    else last.body += `\n${line}`
  }
  return { text, tags }
}

/** A `{type}` at the start, braces balanced. */
function splitType(body: string): { type: string | null; rest: string } {
  const trimmed = body.trimStart()
  if (!trimmed.startsWith('{')) return { type: null, rest: body }
  let depth = 0
  for (let index = 0; index < trimmed.length; index++) {
    if (trimmed[index] === '{') depth++
    else if (trimmed[index] === '}' && --depth === 0)
      return { type: trimmed.slice(1, index).trim(), rest: trimmed.slice(index + 1) }
  }
  return { type: null, rest: body }
}

/** `name`, `[name]` or `[name=default]`, then the description. */
function splitParameter(rest: string): { name: string; description: string } | null {
  const match = /^\s*(?:\[\s*([\w$.]+)[^\]]*\]|([\w$.]+))\s*(?:-\s*)?([^]*)$/.exec(rest)
  const name = match?.[1] ?? match?.[2]
  return name === undefined ? null : { name, description: (match?.[3] ?? '').trim() }
}

/**
 * Takes a JSDoc or TSDoc comment apart.
 * @param comment with its frame of stars
 */
export function parseJsDoc(comment: string): DocComment {
  const { text, tags } = splitTags(stripFrame(comment))
  const named = (...names: string[]) => tags.filter((tag) => names.includes(tag.name))
  const parameters = named('param', 'arg', 'argument', 'property', 'prop').flatMap((tag) => {
    const { type, rest } = splitType(tag.body)
    const parameter = splitParameter(rest)
    return parameter === null ? [] : [{ ...parameter, type }]
  })
  const returned = named('returns', 'return').map((tag) => splitType(tag.body))[0]
  const extra = tags.flatMap((tag) => {
    const word = Object.hasOwn(TEXT_TAGS, tag.name) ? TEXT_TAGS[tag.name] : undefined
    return word === undefined || tag.body.trim() === '' ? [] : [`${word}${tag.body.trim()}`]
  })
  return docComment({
    text: [text.trim(), ...extra].filter((part) => part !== '').join('\n\n'),
    parameters: parameters.map(({ name, description }) => [name, description]),
    parameterTypes: parameters.flatMap(({ name, type }) => (type === null ? [] : [[name, type] as const])),
    returns: returned === undefined || returned.rest.trim() === '' ? null : returned.rest.replace(/^\s*-\s*/, ''),
    returnType: returned?.type ?? null,
    throws: named('throws', 'throw', 'exception').map((tag) => tag.body.replace(/^\s*\{([^}]*)\}/, '$1').trim()),
    examples: named('example').map((tag) => tag.body),
    deprecated: named('deprecated').map((tag) => tag.body.trim() || 'Deprecated.')[0] ?? null,
  })
}
