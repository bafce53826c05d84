import type { Language } from '../language.ts'
import { inspectPython, withoutPrompts } from '../python/inspect.ts'
import { outlinePython } from '../python/outline.ts'
import { withTree } from '../tree-sitter/grammar.ts'

const GRAMMAR = 'tree-sitter-python/tree-sitter-python.wasm'

export const python: Language = {
  id: 'python',
  title: 'Python',
  extensions: ['.py', '.pyi'],
  outline: (source) => withTree(GRAMMAR, source, (root) => outlinePython(root, source)),
  inspect: (snippet) => {
    const code = withoutPrompts(snippet)
    return withTree(GRAMMAR, code, (root) => inspectPython(root, code))
  },
}
