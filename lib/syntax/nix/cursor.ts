import { AttributeScope } from './scope.ts'
import { tokenAt } from './lexer.ts'
import type { Token } from './lexer.ts'
import type { NixSet } from './ast.ts'

/** Where the parser gave up on a construct; caught at the next binding, which parsing resumes after. */
export class NixFault extends Error {
  readonly offset: number

  constructor(offset: number, message: string) {
    super(message)
    this.offset = offset
  }
}

/** Nesting beyond this is refused rather than overflowing the stack. */
const MAX_DEPTH = 500

const describe = (token: Token) => (token.type === 'end' ? 'end of the file' : `'${token.text}'`)

/** Reads tokens one after the other, and keeps what a parse gathers on its way. */
export class NixCursor {
  readonly source: string
  readonly faults: NixFault[] = []
  /** Attributes of each set, for merging. */
  readonly scopes = new WeakMap<NixSet, AttributeScope>()
  /** End of the token before; comments of what follows start here. */
  position = 0
  #depth = 0
  #next: Token | null = null

  constructor(source: string) {
    this.source = source
  }

  peek(): Token {
    return (this.#next ??= tokenAt(this.source, this.position))
  }

  /** Tokens ahead; strings are not understood here, so only for brackets and names. */
  ahead(count: number): Token[] {
    const tokens: Token[] = []
    let offset = this.position
    for (let index = 0; index < count; index++) {
      const token = tokenAt(this.source, offset)
      tokens.push(token)
      offset = token.end
    }
    return tokens
  }

  take(): Token {
    const token = this.peek()
    this.moveTo(token.end)
    return token
  }

  moveTo(offset: number): void {
    this.position = offset
    this.#next = null
  }

  /** Whether the next token is this symbol or keyword. */
  at(text: string): boolean {
    const token = this.peek()
    return token.text === text && (token.type === 'symbol' || token.type === 'keyword')
  }

  accept(text: string): boolean {
    if (!this.at(text)) return false
    this.take()
    return true
  }

  expect(text: string): Token {
    if (!this.at(text)) throw this.unexpected(`expected '${text}'`)
    return this.take()
  }

  unexpected(wanted: string): NixFault {
    const token = this.peek()
    return new NixFault(token.start, `unexpected ${describe(token)}, ${wanted}`)
  }

  /** Runs a parse one level deeper. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw new NixFault(this.position, `nested more than ${MAX_DEPTH} levels deep`)
    try {
      return parse()
    } finally {
      this.#depth--
    }
  }
}
