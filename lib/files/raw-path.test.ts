import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freeName, NAME_MAX, numberedName, splitExtension } from './names.ts'
import { isWithin, parsePath, rawBytes, rawFromBytes, rawPath, showPath } from './raw-path.ts'

const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 })
/** Names that are likely to be taken for escapes. */
const tricky = fc
  .array(fc.constantFrom('\\', 'x', '4', 'f', '\\xff', '\\x5c', '\xff', '\xc3\xa9', 'a'), { maxLength: 12 })
  .map((parts) => rawPath(parts.join('')))

describe('a path', () => {
  it('comes back from its text to the byte, whatever the bytes', () => {
    fc.assert(fc.property(bytes, (name) => rawBytes(parsePath(showPath(rawFromBytes(name)))).equals(name)))
    fc.assert(fc.property(tricky, (name) => parsePath(showPath(name)) === name))
  })

  it('is shown as it is when it is UTF-8', () => {
    expect(showPath(parsePath('Übergröße 東京 🎉.txt'))).toBe('Übergröße 東京 🎉.txt')
    expect(showPath(rawPath('caf\xe9.txt'))).toBe('caf\\xe9.txt')
    expect(showPath(rawPath('a\\x41'))).toBe('a\\x5cx41')
    expect(showPath(rawPath('a\\b'))).toBe('a\\b')
  })

  it('lies within a folder only by whole names', () => {
    expect(isWithin(rawPath('/a/b'), rawPath('/a/bc'))).toBe(false)
    expect(isWithin(rawPath('/a/b'), rawPath('/a/b/c'))).toBe(true)
    expect(isWithin(rawPath('/'), rawPath('/a'))).toBe(true)
  })
})

describe('a numbered name', () => {
  it('fits in 255 bytes, keeps its extension and cuts no character in two', () => {
    const long = fc.tuple(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
      fc.constantFrom('', '.txt', '.tar.gz'),
      fc.integer({ min: 2, max: 99_999 }),
    )
    fc.assert(
      fc.property(long, ([stem, extension, number]) => {
        const name = parsePath(`${stem.replaceAll(/[/\0.\\]/g, '_')}${extension}`)
        const numbered = numberedName(name, number)
        expect(numbered.length).toBeLessThanOrEqual(NAME_MAX)
        expect(numbered.endsWith(` (${number})${extension}`)).toBe(true)
        expect(showPath(numbered)).not.toMatch(/\\x[89a-f]/)
      }),
    )
  })

  it('is the first that is free', () => {
    const taken = new Set<string>(['a.txt', 'a (2).txt'])
    expect(freeName(rawPath('a.txt'), (name) => taken.has(name))).toEqual({ name: 'a (3).txt', next: 4 })
    expect(freeName(rawPath('b.txt'), (name) => taken.has(name)).name).toBe('b.txt')
  })

  it.each([
    ['archive.tar.gz', 'archive', '.tar.gz'],
    ['.bashrc', '.bashrc', ''],
    ['a. long sentence with a full stop', 'a. long sentence with a full stop', ''],
    ['a.b.c', 'a.b', '.c'],
  ])('knows the extension of %s', (name, stem, extension) => {
    expect(splitExtension(rawPath(name))).toEqual({ stem, extension })
  })
})
