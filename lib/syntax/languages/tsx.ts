import { withoutGaps } from '../ecmascript/grammar-gaps.ts'
import { inspectEcmascript } from '../ecmascript/inspect.ts'
import { outlineEcmascript } from '../ecmascript/outline.ts'
import type { Language } from '../language.ts'
import { withTree } from '../tree-sitter/grammar.ts'

const GRAMMAR = 'tree-sitter-typescript/tree-sitter-tsx.wasm'

export const tsx: Language = {
  id: 'tsx',
  title: 'TypeScript with JSX',
  extensions: ['.tsx'],
  outline: (source, fileName) =>
    withTree(GRAMMAR, withoutGaps(source), (root) => outlineEcmascript(root, source, 'tsx', fileName)),
  inspect: (snippet) => withTree(GRAMMAR, withoutGaps(snippet), (root) => inspectEcmascript(root, snippet)),
}
