import { describe, expect, it } from 'vitest'
import { nixName, nixPath, nixString } from './string.ts'
import { Call, Raw, toNix } from './value.ts'

describe('a text in Nix', () => {
  it.each([
    ['plain', '"plain"'],
    ['say "hi" \\ there', '"say \\"hi\\" \\\\ there"'],
    ['${pkgs.x} costs $5 and $$', '"\\${pkgs.x} costs $5 and $$"'],
    ['a\r\n\tb', '"a\\r\\n\\tb"'],
    ['Grüße, 日本', '"Grüße, 日本"'],
    ['', '""'],
  ])('%j is %s', (text, nix) => {
    expect(nixString(text)).toBe(nix)
  })

  it('of several lines is indented, where nothing gets lost by it', () => {
    expect(nixString("first ''x''\n\n  ${second}\n", '  ')).toBe("''\n    first '''x'''\n\n      ''${second}\n  ''")
    expect(nixString(' a\n b')).toBe('" a\\n b"')
    expect(nixString("'${a}\nb")).toBe('"\'\\${a}\\nb"')
  })

  it('is refused when no file can hold it', () => {
    expect(() => nixString('a\0b')).toThrow(/cannot write/)
    expect(() => nixString('\ud800')).toThrow(/cannot write/)
  })
})

describe('a name in Nix', () => {
  it.each([
    ['open-webui', 'open-webui'],
    ['or', '"or"'],
    ['let', '"let"'],
    ['9p', '"9p"'],
    ['a.b', '"a.b"'],
    ['${x}', '"\\${x}"'],
    ['', '""'],
  ])('%j is %s', (name, nix) => {
    expect(nixName(name)).toBe(nix)
  })

  it('is quoted step by step in a path', () => {
    expect(nixPath(['hwc', 'ai', 'a b'])).toBe('hwc.ai."a b"')
  })
})

describe('a value in Nix', () => {
  it('keeps short lists on one line and gives every name its own', () => {
    expect(toNix({ a: [1, -2, 'x'], b: {}, c: [], d: { e: null, f: true } })).toBe(
      '{\n  a = [ 1 (-2) "x" ];\n  b = { };\n  c = [ ];\n  d = {\n    e = null;\n    f = true;\n  };\n}',
    )
    expect(toNix([{ a: 1 }])).toBe('[\n  {\n    a = 1;\n  }\n]')
  })

  it('writes numbers so that they are read as what they are', () => {
    expect([1.5, 1e21, 1e-7, -0, 2 ** 60].map((value) => toNix(value))).toEqual([
      '1.5',
      '1.0e+21',
      '1.0e-7',
      '0',
      '1152921504606847000.0',
    ])
    expect(() => toNix(Number.NaN)).toThrow(RangeError)
  })

  it('sets arguments in parentheses where they need them', () => {
    const type = new Call('types.nullOr', new Call('types.listOf', new Raw('types.str')))
    expect(toNix({ type })).toBe('{\n  type = types.nullOr (types.listOf types.str);\n}')
    expect(toNix([new Raw('a ++ b')])).toBe('[ (a ++ b) ]')
  })
})
