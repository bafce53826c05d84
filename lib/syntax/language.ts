import type { ModuleOutline, SnippetFacts } from './types.ts'

/** One supported language. To add one: a file in `languages/` and a line in `registry.ts`. */
export interface Language {
  /** Stable id, also the name after the fence of a Markdown code block. */
  id: string
  title: string
  /** File name endings, with their dot, in lower case. */
  extensions: readonly string[]
  /**
   * Reads a whole file. Never throws for what the source says: what cannot be read becomes `faults`.
   * @param source text of the file
   * @param fileName its name without folders, for languages in which the name matters
   */
  outline: (source: string, fileName: string) => Promise<ModuleOutline>
  /** Reads an example: whether it parses, and which names it needs from elsewhere. */
  inspect: (snippet: string) => Promise<SnippetFacts>
}
