import { describe, expect, it } from 'vitest'
import { python } from '../languages/python.ts'
import { parseDocstring } from './docstring.ts'

describe('the outline of Python', () => {
  it('exports what __all__ lists, else every name without an underscore', async () => {
    const exported = async (source: string) =>
      (await python.outline(source, 'a.py')).symbols.filter((symbol) => symbol.exported).map((symbol) => symbol.name)
    expect(await exported('a = 1\n_b = 2\ndef c(): pass\nclass _D: pass\n')).toEqual(['a', 'c'])
    expect(
      await exported('__all__ = ["_b"]\n__all__ += ("c",)\n__all__.append("e")\na = 1\n_b = 2\ndef c(): pass\ne = 3\n'),
    ).toEqual(['_b', 'c', 'e'])
  })

  it('reads signatures, parameters and members, those in conditions too', async () => {
    const source =
      '@deco\nasync def f(a, /, b: int = 3, *args: str, c, **kw) -> dict[str, int]:\n    "Doc."\nclass K(B):\n    x: int = 1\n    @property\n    def p(self) -> int: ...\n    @p.setter\n    def p(self, v): ...\n    @staticmethod\n    def s(a): ...\n    if 1:\n        def m(self, q): ...\n'
    const [f, k] = (await python.outline(source, 'a.py')).symbols
    expect(f).toMatchObject({
      signature: '@deco\nasync def f(a, /, b: int = 3, *args: str, c, **kw) -> dict[str, int]',
      returnType: 'dict[str, int]',
      doc: { text: 'Doc.' },
    })
    expect(f?.parameters.map(({ name, type, default: value }) => [name, type, value])).toEqual([
      ['a', null, null],
      ['b', 'int', '3'],
      ['*args', 'str', null],
      ['c', null, null],
      ['**kw', null, null],
    ])
    expect(
      k?.members.map((member) => [
        member.kind,
        member.name,
        member.parameters.map((parameter) => parameter.name).join(),
      ]),
    ).toEqual([
      ['property', 'x', ''],
      ['property', 'p', ''],
      ['method', 's', 'a'],
      ['method', 'm', 'q'],
    ])
  })

  it('takes docstrings by their value', async () => {
    const docs = async (literal: string) => (await python.outline(`${literal}\nx = 1\n`, 'a.py')).doc?.text
    expect(await docs('"a" "b"')).toBe('ab')
    expect(await docs('"""a\\n\\x41\\\nb"""')).toBe('a\nAb')
    expect(await docs('r"a\\n"')).toBe('a\\n')
    expect(await docs('b"a"')).toBeUndefined()
    expect(await docs('f"a"')).toBeUndefined()
  })

  it('finds the names a snippet takes from elsewhere, prompts left out', async () => {
    const facts = await python.inspect(
      '>>> from m import a\n>>> def f(x, *y, z=q): return x.w + g(k=x)\n>>> [i for i in a]\n[1]\n',
    )
    expect(facts.free.toSorted()).toEqual(['g', 'q'])
    expect(facts.imported).toEqual(['a'])
  })
})

describe('parseDocstring', () => {
  it.each([
    [
      'Google',
      'Adds.\n\n    Args:\n        a (int): the first\n            and more\n        *b: others\n\n    Returns:\n        the sum\n\n    Raises:\n        ValueError: if not\n\n    Note that.',
    ],
    [
      'Sphinx',
      'Adds.\n\n    :param int a: the first\n        and more\n    :param b: others\n    :type a: int\n    :returns: the sum\n    :raises ValueError: if not\n\n    Note that.',
    ],
    [
      'NumPy',
      'Adds.\n\n    Parameters\n    ----------\n    a : int\n        the first\n        and more\n    *b\n        others\n\n    Returns\n    -------\n    the sum\n\n    Raises\n    ------\n    ValueError\n        if not\n',
    ],
  ])('takes a docstring of %s apart', (style, text) => {
    const doc = parseDocstring(text)
    expect(doc.parameters).toEqual({ a: 'the first and more', b: 'others' })
    expect(doc.parameterTypes).toMatchObject({ a: 'int' })
    expect(doc.returns).toBe('the sum')
    expect(doc.throws).toEqual(['ValueError if not'])
    expect(doc.text.replace(/\s+/g, ' ')).toBe(style === 'NumPy' ? 'Adds.' : 'Adds. Note that.')
  })

  it('keeps doctests as examples', () => {
    expect(parseDocstring('Adds.\n\n>>> add(1,\n...     2)\n3\n\nDone.').examples).toEqual([
      '>>> add(1,\n...     2)\n3',
    ])
  })
})
