import type { Node } from 'web-tree-sitter'
import { MAX_FAULTS } from '../types.ts'
import type { SyntaxFault } from '../types.ts'

/** A file's text with its nodes' texts: slicing is many times faster than asking the tree. */
export class SourceText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  of(node: Node): string {
    return this.text.slice(node.startIndex, node.endIndex)
  }

  between(start: number, end: number): string {
    return this.text.slice(start, end)
  }
}

/** Named children without comments and decorators' extras, in order. */
export const namedChildren = (node: Node | null): Node[] => node?.namedChildren.filter((child) => !child.isExtra) ?? []

export const field = (node: Node, name: string): Node | null => node.childForFieldName(name)

export const linesOf = (node: Node) => ({ start: node.startPosition.row + 1, end: node.endPosition.row + 1 })

/** Lines of a whole file: what stands after its last line end counts as one only when there is something. */
export const lineCount = ({ endPosition: { row, column } }: Node) => (column === 0 ? row : row + 1)

/** Longest signature kept on one line. */
const LINE = 100

/** A piece of code on one line when it fits, else as written with the indentation of its first line taken off. */
export function tidyCode(code: string, indent: number): string {
  const trimmed = code.trim()
  const line = trimmed
    .replace(/\s*\n\s*/g, ' ')
    .replace(/([([]) /g, '$1')
    .replace(/,? ([)\]])/g, '$1')
  if (line.length <= LINE || !trimmed.includes('\n')) return line
  return trimmed.replaceAll(`\n${' '.repeat(indent)}`, '\n')
}

/** Every place the parser could not read, in order of the file. */
export function syntaxFaults(root: Node): SyntaxFault[] {
  const faults: SyntaxFault[] = []
  const open = root.hasError ? [root] : []
  for (let node = open.pop(); node !== undefined && faults.length < MAX_FAULTS; node = open.pop()) {
    if (node.isError || node.isMissing) faults.push(faultAt(node))
    else open.push(...node.children.filter((child) => child.hasError || child.isMissing).reverse())
  }
  return faults
}

function faultAt(node: Node): SyntaxFault {
  const { row, column } = node.startPosition
  const found = node.text.split('\n', 1)[0]?.slice(0, 40) ?? ''
  const message = node.isMissing ? `'${node.type}' is missing` : `cannot make sense of '${found}'`
  return { line: row + 1, column: column + 1, message }
}
