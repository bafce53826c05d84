/** Tree-sitter grammars, compiled to WebAssembly by their authors and read from their npm packages. */
import { createRequire } from 'node:module'
import { Language, Parser } from 'web-tree-sitter'
import type { Node } from 'web-tree-sitter'
import { AppError } from '../../errors/index.ts'

const locate = createRequire(import.meta.url)

let runtime: Promise<void> | undefined
/** Compiled grammars are immutable and shared; each parse has a parser of its own. */
const grammars = new Map<string, Promise<Language>>()

async function load(wasm: string): Promise<Language> {
  await (runtime ??= Parser.init())
  return Language.load(locate.resolve(wasm))
}

/**
 * Makes a grammar ready, once.
 * @param wasm file within a package, e.g. `tree-sitter-python/tree-sitter-python.wasm`
 */
function loadGrammar(wasm: string): Promise<Language> {
  const known = grammars.get(wasm)
  if (known !== undefined) return known
  const loading = load(wasm)
  grammars.set(wasm, loading)
  loading.catch(() => grammars.delete(wasm))
  return loading
}

/**
 * Parses a source and gives its tree to `read`; the tree's memory is outside the garbage collector and is freed after.
 * @param read must not keep nodes
 */
export async function withTree<T>(wasm: string, source: string, read: (root: Node) => T): Promise<T> {
  const language = await loadGrammar(wasm)
  const parser = new Parser()
  try {
    const tree = parser.setLanguage(language).parse(source)
    if (tree === null) throw new AppError('internal', 'The parser gave no syntax tree.')
    try {
      return read(tree.rootNode)
    } finally {
      tree.delete()
    }
  } finally {
    parser.delete()
  }
}
