/** The language-neutral outline of a source file: what a reader of its documentation needs, as facts from the syntax tree. */

export type SymbolKind =
  | 'function'
  | 'class'
  | 'interface'
  | 'type'
  | 'enum'
  | 'variable'
  | 'namespace'
  | 'constructor'
  | 'method'
  | 'property'
  | 'signature'
  | 'enum-member'
  | 're-export'
  /** A NixOS module option. */
  | 'option'
  /** A Nix attribute that is neither an option nor a function. */
  | 'attribute'

/** A doc comment taken apart. Texts are as the author wrote them: untrusted, and Markdown at most. */
export interface DocComment {
  /** Description without the tags. */
  text: string
  /** Description of each parameter, by name. */
  parameters: Readonly<Record<string, string>>
  /** Types the comment gives, by parameter name: JavaScript has no other place for them. */
  parameterTypes: Readonly<Record<string, string>>
  returns: string | null
  returnType: string | null
  throws: readonly string[]
  /** Code of `@example` tags and doctests, without fences. */
  examples: readonly string[]
  /** What to use instead; null when not deprecated. */
  deprecated: string | null
}

export interface Parameter {
  /** As written, with `...`, `*` or `**` for rest parameters; a destructured one shows its pattern. */
  name: string
  type: string | null
  default: string | null
  /** May be left out, with or without a default. */
  optional: boolean
}

/** What `mkOption` says of a NixOS module option; each text is Nix source, `description` its plain text where it is a string. */
export interface OptionFacts {
  type: string | null
  default: string | null
  example: string | null
  description: string | null
}

export interface OutlineSymbol {
  kind: SymbolKind
  name: string
  /** The declaration without its body, in the language itself. */
  signature: string
  exported: boolean
  /** Names under which others import it; differs from `name` for `export { a as b }` and default exports. */
  exportedAs: readonly string[]
  doc: DocComment | null
  parameters: readonly Parameter[]
  returnType: string | null
  /** First and last line, from 1; decorators included, the comment above not. */
  lines: { start: number; end: number }
  members: readonly OutlineSymbol[]
  option?: OptionFacts
}

export interface ImportedModule {
  source: string
  /** Names taken from it; `*` for all of it; empty when imported for its effects. */
  names: readonly string[]
  line: number
}

/** Something the parser could not read. Lines and columns count from 1. */
export interface SyntaxFault {
  line: number
  column: number
  message: string
}

export interface ModuleOutline {
  /** Id of the language, e.g. `typescript`. */
  language: string
  /** Comment that documents the file as a whole. */
  doc: DocComment | null
  imports: readonly ImportedModule[]
  symbols: readonly OutlineSymbol[]
  /** Empty when the whole file was understood; at most {@link MAX_FAULTS}. */
  faults: readonly SyntaxFault[]
  lines: number
}

/** More faults than this say nothing new about a file. */
export const MAX_FAULTS = 20

/** What an example uses, to tell whether it invents anything. */
export interface SnippetFacts {
  faults: readonly SyntaxFault[]
  /** Names it uses without defining them, language built-ins left out. */
  free: readonly string[]
  /** Names it imports from anywhere. */
  imported: readonly string[]
}
