/** A JSON reader that says where a fault is, and that refuses a key given twice instead of quietly taking the last. */
import type { Json } from './schema/types.ts'

export class JsonFault extends Error {
  /** Counted from 1. */
  readonly line: number
  /** In characters, counted from 1. */
  readonly column: number

  constructor(text: string, offset: number, message: string) {
    super(message)
    const before = text.slice(0, offset)
    this.line = before.split('\n').length
    this.column = offset - before.lastIndexOf('\n')
  }
}

const DEEPEST = 100
const SPACE = /[ \t\r\n]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const STRING = /"(?:[^"\\\n\r]|\\.)*"/y
const WORD = /true|false|null/y

class Reader {
  private at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  read(): Json {
    const value = this.value(0)
    this.match(SPACE)
    if (this.at < this.text.length) this.fail('nothing more was expected here')
    return value
  }

  private fail(message: string, at = this.at): never {
    throw new JsonFault(this.text, at, at >= this.text.length ? `the text ends too early: ${message}` : message)
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0] ?? null
    this.at += found?.length ?? 0
    return found
  }

  /** Skips white space and takes the character if it comes next. */
  private take(character: string): boolean {
    this.match(SPACE)
    if (this.text[this.at] !== character) return false
    this.at++
    return true
  }

  private value(depth: number): Json {
    if (depth > DEEPEST) this.fail('too many levels')
    if (this.take('{')) return this.object(depth)
    if (this.take('[')) return this.array(depth)
    if (this.text[this.at] === '"') return this.string()
    const word = this.match(WORD)
    if (word !== null) return word === 'null' ? null : word === 'true'
    const number = this.match(NUMBER)
    if (number !== null) return Number(number)
    return this.fail('a value was expected here')
  }

  private string(): string {
    const start = this.at
    const literal = this.match(STRING)
    if (literal === null) this.fail('this string is not closed on its line', start)
    try {
      return String(JSON.parse(literal))
    } catch {
      return this.fail('this string holds a bad escape or a control character', start)
    }
  }

  private array(depth: number): Json {
    const items: Json[] = []
    if (this.take(']')) return items
    do items.push(this.value(depth + 1))
    while (this.take(','))
    if (!this.take(']')) this.fail('"," or "]" was expected here')
    return items
  }

  private object(depth: number): Json {
    const entries = new Map<string, Json>()
    if (this.take('}')) return {}
    do {
      this.match(SPACE)
      const start = this.at
      if (this.text[start] !== '"') this.fail('a name in double quotes was expected here')
      const name = this.string()
      if (entries.has(name)) this.fail(`"${name}" is given twice`, start)
      if (!this.take(':')) this.fail('":" was expected here')
      entries.set(name, this.value(depth + 1))
    } while (this.take(','))
    if (!this.take('}')) this.fail('"," or "}" was expected here')
    return Object.fromEntries(entries)
  }
}

/**
 * @param text JSON (RFC 8259)
 * @throws JsonFault with line and column
 */
export function parseJson(text: string): Json {
  return new Reader(text.startsWith('\uFEFF') ? text.slice(1) : text).read()
}
