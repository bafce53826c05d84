/**
 * Text from source files and models, made safe inside Markdown: it keeps its emphasis, lists and code, and loses what
 * could act on a reader or on the rest of the document: raw HTML, images, links to anything but the web, headings.
 */

const CODE_SPAN = /(?<![`\\])(`{1,3})(?!`)([^\n]*?[^`\n])\1(?!`)/g
/** Targets a link may keep: web, mail, a place in this document, a file beside it. */
const SAFE_TARGET = /^(?:https?:\/\/|mailto:|#|\.{0,2}\/|[\w-][\w./-]*(?:#[\w-]*)?\))/i

function safeText(text: string): string {
  return text
    .replace(/&(?=#?\w+;)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('`', '&#96;')
    .replace(/!\[/g, '!\\[')
    .replace(/\](?=:)/g, '\\]')
    .replace(/\](\(\s*)(?=([^\s)]*\)?))/g, (whole, bracket: string, target: string) =>
      SAFE_TARGET.test(target) ? whole : `\\]${bracket}`,
    )
}

/** Text outside code blocks. Code spans are written anew, and every other backtick becomes an entity, so none can pair up. */
function safeSpans(text: string): string {
  let safe = ''
  let end = 0
  for (const match of text.matchAll(CODE_SPAN)) {
    safe += safeText(text.slice(end, match.index)) + (inlineCode(match[2] ?? '') || '&#96;&#96;')
    end = match.index + match[0].length
  }
  return safe + safeText(text.slice(end))
}

/** A fence longer than any run of backticks inside. */
function fenceFor(code: string): string {
  const longest = Math.max(0, ...[...code.matchAll(/`+/g)].map((match) => match[0].length))
  return '`'.repeat(Math.max(3, longest + 1))
}

/** @param language id after the fence; anything but letters and digits is left out */
export function codeBlock(code: string, language: string): string {
  const fence = fenceFor(code)
  return `${fence}${language.replace(/[^\w+-]/g, '')}\n${code.replace(/\n+$/, '')}\n${fence}`
}

/** Code within a line. Line breaks become blanks. */
export function inlineCode(code: string): string {
  const line = code.replace(/\s+/g, ' ').trim()
  if (line === '') return ''
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map((match) => match[0].length))
  const ticks = '`'.repeat(longest + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return ticks + pad + line + pad + ticks
}

/** A cell of a table: one line, with its bars escaped. */
export const tableCell = (markdown: string) =>
  markdown
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\\?\|/g, '\\|')
    .trim()

/** Untrusted text within a line, such as a cell or a list item. */
export const safeInline = (text: string) =>
  safeSpans(text.replace(/\s+/g, ' ').trim())
    .replace(/^(#{1,6}|[+*-])(?=\s|$)/, '\\$1')
    .replace(/^(>|~~~)/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')

type Block = { kind: 'text' | 'code'; lines: string[]; language: string }

const FENCE = /^\s*(`{3,}|~{3,})\s*([\w+-]*)/

/** Cuts a text into prose and code: fenced, indented after a blank line, or an interactive session. */
function splitBlocks(text: string): Block[] {
  const blocks: Block[] = []
  let fence: string | null = null
  let blankBefore = true
  let inList = false
  const push = (kind: Block['kind'], line: string | null, language = '') => {
    const last = blocks.at(-1)
    if (last?.kind === kind && line !== null) last.lines.push(line)
    else blocks.push({ kind, lines: line === null ? [] : [line], language })
  }
  for (const line of text.split(/\r?\n/)) {
    const marker = FENCE.exec(line)
    if (fence !== null) {
      if (marker?.[1]?.startsWith(fence) === true && line.trim() === marker[1]) {
        fence = null
        push('text', null)
      } else push('code', line)
    } else if (marker?.[1] !== undefined) {
      fence = marker[1]
      push('text', '')
      push('code', null, marker[2] ?? '')
    } else {
      const inCode = blocks.at(-1)?.kind === 'code'
      const session = /^\s*>>> /.test(line) || (inCode && line.trim() !== '' && blocks.at(-1)?.language === 'pycon')
      const indented = /^(?: {4}|\t)\s*\S/.test(line) && !inList && (blankBefore || inCode)
      if (session && !inCode) push('code', null, 'pycon')
      if (session || indented) push('code', line)
      else push('text', line)
      if (/^\s*(?:[*+-]|\d+[.)])\s/.test(line)) inList = true
      else if (/^\S/.test(line)) inList = false
    }
    blankBefore = line.trim() === ''
  }
  return blocks
}

function dedentLines(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length)
  const indent = indents.length === 0 ? 0 : Math.min(...indents)
  return lines.map((line) => line.slice(indent)).join('\n')
}

/** Marks of lists and quotations before what a line holds. */
const CONTAINERS = /^(?:\s*(?:>|(?:[*+-]|\d{1,9}[.)])(?=\s)))*\s*/

/** Headings would break the document's own; they become bold lines, and underlines of headings go. */
function withoutHeadings(line: string): string {
  const before = CONTAINERS.exec(line)?.[0] ?? ''
  const content = line.slice(before.length)
  // An empty list item under a paragraph is the underline of a heading as well.
  const withoutItem = before.replace(/(?:(?:[*+-]|\d+[.)])\s*)+$/, '')
  if (content === '') return withoutItem
  if (/^(?:[=~^-]+|:{3,}.*)\s*$/.test(content)) return withoutItem
  const heading = /^#{1,6}(?:\s+(.*?))?(?:\s+#+)?\s*$/.exec(content)
  if (heading === null) return line
  const title = heading[1]?.trim() ?? ''
  return title === '' ? withoutItem : `${before}**${title}**`
}

/**
 * Untrusted text of several paragraphs.
 * @param language of the source, for code blocks that name none
 */
export function safeMarkdown(text: string, language = ''): string {
  return splitBlocks(text)
    .map((block) => {
      if (block.kind === 'code')
        return block.lines.length === 0
          ? ''
          : codeBlock(dedentLines(block.lines), block.language === '' ? language : block.language)
      return safeSpans(block.lines.map(withoutHeadings).join('\n')).trim()
    })
    .filter((block) => block !== '')
    .join('\n\n')
}
