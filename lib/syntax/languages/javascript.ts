import { inspectEcmascript } from '../ecmascript/inspect.ts'
import { outlineEcmascript } from '../ecmascript/outline.ts'
import type { Language } from '../language.ts'
import { withTree } from '../tree-sitter/grammar.ts'

const GRAMMAR = 'tree-sitter-javascript/tree-sitter-javascript.wasm'

export const javascript: Language = {
  id: 'javascript',
  title: 'JavaScript',
  extensions: ['.js', '.jsx', '.mjs', '.cjs'],
  outline: (source, fileName) =>
    withTree(GRAMMAR, source, (root) => outlineEcmascript(root, source, 'javascript', fileName)),
  inspect: (snippet) => withTree(GRAMMAR, snippet, (root) => inspectEcmascript(root, snippet)),
}
