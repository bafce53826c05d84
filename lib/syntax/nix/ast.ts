/** Syntax tree of a Nix expression. Offsets are UTF-16 positions in the source, `end` exclusive. */

export interface Span {
  start: number
  end: number
}

/** A component of an attribute path. `"a"` and `${"a"}` are static, as in Nix itself. */
export type AttrName = { kind: 'static'; name: string } | { kind: 'dynamic'; value: NixExpr }

export type StringPart = string | NixExpr

export interface NixAttribute extends Span {
  kind: 'attribute'
  path: readonly AttrName[]
  value: NixExpr
  /** Blanks and comments between the token before and this binding. */
  leading: string
}

export interface NixInherit extends Span {
  kind: 'inherit'
  from: NixExpr | null
  names: readonly string[]
  leading: string
}

export type NixBinding = NixAttribute | NixInherit

export interface NixFormal extends Span {
  name: string
  default: NixExpr | null
  leading: string
}

export interface NixFormals {
  items: readonly NixFormal[]
  ellipsis: boolean
}

export type NixSet = Span & { kind: 'set'; recursive: boolean; bindings: readonly NixBinding[] }
export type NixLambda = Span & {
  kind: 'lambda'
  /** Name of the whole argument: `x: …` or `args@{ … }: …`. */
  parameter: string | null
  formals: NixFormals | null
  body: NixExpr
}

export type NixExpr =
  | (Span & { kind: 'variable'; name: string })
  | (Span & { kind: 'number'; text: string })
  /** `parts` are unescaped, and for indented strings without their indentation. */
  | (Span & { kind: 'string'; parts: readonly StringPart[] })
  | (Span & { kind: 'path'; parts: readonly StringPart[] })
  | (Span & { kind: 'list'; items: readonly NixExpr[] })
  | NixSet
  | NixLambda
  | (Span & { kind: 'select'; target: NixExpr; path: readonly AttrName[]; fallback: NixExpr | null })
  | (Span & { kind: 'has'; target: NixExpr; path: readonly AttrName[] })
  | (Span & { kind: 'apply'; fn: NixExpr; argument: NixExpr })
  | (Span & { kind: 'unary'; operator: '!' | '-'; operand: NixExpr })
  | (Span & { kind: 'binary'; operator: BinaryOperator; left: NixExpr; right: NixExpr })
  | (Span & { kind: 'if'; condition: NixExpr; then: NixExpr; else: NixExpr })
  | (Span & { kind: 'assert' | 'with'; subject: NixExpr; body: NixExpr })
  | (Span & { kind: 'let'; bindings: readonly NixBinding[]; body: NixExpr })

export type BinaryOperator =
  '->' | '||' | '&&' | '==' | '!=' | '<' | '>' | '<=' | '>=' | '//' | '+' | '-' | '*' | '/' | '++'
