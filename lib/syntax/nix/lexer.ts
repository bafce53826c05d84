/**
 * Tokens of the Nix language, as Nix's own flex rules cut them: at each place the longest match wins, and of equally long
 * ones the rule that comes first. Strings and paths with interpolations are read by the parser, which calls back here.
 */

export type TokenType = 'id' | 'keyword' | 'int' | 'float' | 'path' | 'search-path' | 'uri' | 'symbol' | 'end' | 'bad'

export interface Token {
  type: TokenType
  text: string
  start: number
  end: number
}

export const KEYWORDS = new Set(['if', 'then', 'else', 'assert', 'with', 'let', 'in', 'rec', 'inherit', 'or'])

const PATH_CHAR = '[a-zA-Z0-9._\\-+]'
const TRIVIA = /(?:[ \t\r\n]+|#[^\r\n]*|\/\*(?:[^*]|\*+[^*/])*\*+\/)+/y

/** In the order of Nix's lexer, for ties. */
const RULES: readonly { type: TokenType; pattern: RegExp }[] = [
  { type: 'id', pattern: /[a-zA-Z_][a-zA-Z0-9_'-]*/y },
  { type: 'int', pattern: /[0-9]+/y },
  { type: 'float', pattern: /(?:[1-9][0-9]*\.[0-9]*|0?\.[0-9]+)(?:[Ee][+-]?[0-9]+)?/y },
  // A path that goes on with an interpolation ends in a slash here: `./a/${b}`.
  { type: 'path', pattern: new RegExp(`(?:${PATH_CHAR}*|~)/(?=\\$\\{)`, 'y') },
  { type: 'path', pattern: new RegExp(`(?:${PATH_CHAR}*|~)(?:/${PATH_CHAR}+)+/?`, 'y') },
  { type: 'search-path', pattern: new RegExp(`<${PATH_CHAR}+(?:/${PATH_CHAR}+)*>`, 'y') },
  { type: 'uri', pattern: /[a-zA-Z][a-zA-Z0-9+\-.]*:[a-zA-Z0-9%/?:@&=+$,\-_.!~*']+/y },
  { type: 'symbol', pattern: /\.\.\.|==|!=|<=|>=|&&|\|\||->|\/\/|\+\+|\$\{|''|["=<>!+\-*/?.,:;@(){}[\]]/y },
]

/** One more piece of a path, right after its first piece or an interpolation. */
export const PATH_REST = new RegExp(`${PATH_CHAR}*(?:/${PATH_CHAR}+)+/?|${PATH_CHAR}*/|${PATH_CHAR}+`, 'y')

/** Where the token after blanks and comments starts. */
export function skipTrivia(source: string, offset: number): number {
  TRIVIA.lastIndex = offset
  return TRIVIA.test(source) ? TRIVIA.lastIndex : offset
}

/**
 * The token at `offset`, which must not be inside a string.
 * @param offset where to look; blanks and comments are skipped first
 */
export function tokenAt(source: string, offset: number): Token {
  const start = skipTrivia(source, offset)
  if (start >= source.length) return { type: 'end', text: '', start, end: start }
  let type: TokenType = 'bad'
  let end = start
  for (const rule of RULES) {
    rule.pattern.lastIndex = start
    if (!rule.pattern.test(source) || rule.pattern.lastIndex <= end) continue
    end = rule.pattern.lastIndex
    type = rule.type
  }
  if (type === 'bad') return { type, text: source.slice(start, start + 1), start, end: start + 1 }
  const text = source.slice(start, end)
  return { type: type === 'id' && KEYWORDS.has(text) ? 'keyword' : type, text, start, end }
}
