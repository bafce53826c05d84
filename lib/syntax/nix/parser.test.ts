import { describe, expect, it } from 'vitest'
import { ACCEPTED, REFUSED } from './corpus.ts'
import { parseNix } from './parser.ts'
import { printNix } from './print.ts'

const printed = (source: string) => {
  const { expression, faults } = parseNix(source)
  expect(faults.map((fault) => fault.message)).toEqual([])
  return expression === null ? '' : printNix(expression)
}

describe('parseNix', () => {
  it.each(ACCEPTED)('accepts %j, and its own print of it', (source) => {
    const once = printed(source)
    expect(printed(once)).toBe(once)
  })

  it.each(REFUSED)('refuses %j', (source) => {
    expect(parseNix(source).faults).not.toEqual([])
  })

  it.each([
    ['a + b * c', '((a) + (((b) * (c))))'],
    ['a // b // c', '((a) // (((b) // (c))))'],
    ['a - b - c', '((((a) - (b))) - (c))'],
    ['!a ? b', '(! (((a) ? "b")))'],
    ['a: b', '(a: b)'],
    ["''\n  a\n    ${b}\n''", '"a\n  ${b}\n"'.replaceAll('\n', '\\n')],
    ['http://a.b', '"http://a.b"'],
    ['./a/${b}.nix', './a/${b}.nix'],
  ])('reads %j as %j', (source, expected) => {
    expect(printed(source)).toBe(expected)
  })

  it('goes on after a faulty binding and says where it was', () => {
    const source = '{\n  a = 1;\n  b = [ 1 + ];\n  c = "x; }";\n  d = = { e = "}"; };\n  f = 2;\n}'
    const { expression, faults } = parseNix(source)
    expect(faults.map((fault) => source.slice(0, fault.offset).split('\n').length)).toEqual([3, 5])
    expect(expression?.kind === 'set' && expression.bindings.length).toBe(3)
  })

  it('refuses nesting that would overflow the stack, with a fault', () => {
    expect(parseNix('('.repeat(100_000)).faults[0]?.message).toMatch(/levels deep/)
    expect(parseNix('{a='.repeat(100_000)).faults.length).toBeGreaterThan(0)
    expect(parseNix(`x${' ++ x'.repeat(100_000)}`).faults[0]?.message).toMatch(/levels deep/)
  })
})
