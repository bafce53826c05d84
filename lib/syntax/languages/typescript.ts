import { withoutGaps } from '../ecmascript/grammar-gaps.ts'
import { inspectEcmascript } from '../ecmascript/inspect.ts'
import { outlineEcmascript } from '../ecmascript/outline.ts'
import type { Language } from '../language.ts'
import { withTree } from '../tree-sitter/grammar.ts'

const GRAMMAR = 'tree-sitter-typescript/tree-sitter-typescript.wasm'

export const typescript: Language = {
  id: 'typescript',
  title: 'TypeScript',
  extensions: ['.ts', '.mts', '.cts'],
  outline: (source, fileName) =>
    withTree(GRAMMAR, withoutGaps(source), (root) => outlineEcmascript(root, source, 'typescript', fileName)),
  inspect: (snippet) => withTree(GRAMMAR, withoutGaps(snippet), (root) => inspectEcmascript(root, snippet)),
}
