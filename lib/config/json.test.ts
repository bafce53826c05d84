import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonFault, parseJson } from './json.ts'

function read(text: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof JsonFault) return `${error.line}:${error.column} ${error.message}`
    throw error
  }
}

describe('the JSON reader', () => {
  it('reads all that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('takes and refuses what JSON.parse does, keys given twice aside', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '1',
      '-0.5e3',
      '01',
      'true',
      'nul',
      ' ',
      '\n',
      '"\\u00e9"',
      '"\\x"',
      '"',
      '\t',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('')
        let judged: unknown = 'refused'
        try {
          judged = JSON.parse(text)
        } catch {
          // Refused: as said above.
        }
        let ours: unknown = 'refused'
        try {
          ours = parseJson(text)
        } catch (error) {
          if (error instanceof JsonFault && error.message.includes('twice')) return
        }
        expect([text, ours]).toEqual([text, judged])
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['{"a":1,\n "b" 2}', '2:6 ":" was expected here'],
    ['{"a":1,}', '1:8 a name in double quotes was expected here'],
    ['{"a":1,\n"a":2}', '2:1 "a" is given twice'],
    ['[1,', '1:4 the text ends too early: a value was expected here'],
    ['{"a":1} x', '1:9 nothing more was expected here'],
    ['"open', '1:1 this string is not closed on its line'],
    ['"\\q"', '1:1 this string holds a bad escape or a control character'],
    ['', '1:1 the text ends too early: a value was expected here'],
    ['['.repeat(5000), '1:102 too many levels'],
  ])('%j names the place', (text, fault) => {
    expect(read(text)).toBe(fault)
  })

  it('keeps a key called __proto__ as a key', () => {
    expect(Object.keys(parseJson('{"__proto__":{"x":1}}') ?? {})).toEqual(['__proto__'])
  })
})
