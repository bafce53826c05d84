import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { describe, expect, it } from 'vitest'
import { code, prose, visible, visibleBytes } from './visible.ts'

const markdown = new MarkdownIt({ html: true, linkify: true })
const hostile = fc.string({
  unit: fc.constantFrom(
    '`',
    '``',
    '*',
    '_',
    '[',
    ']',
    '(',
    ')',
    '<b>',
    '!',
    '|',
    '#',
    ' ',
    'a',
    '\\',
    '&lt;',
    '\n',
    '\u001b',
    '\u202e',
    'http://x.y/',
    '~',
  ),
  maxLength: 40,
})

describe('text from logs', () => {
  it('in code is shown as it is and never as markup', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = visible(text)
        fc.pre(shown.trim() !== '')
        const tokens = markdown.parseInline(`x ${code(shown)} y`, {})[0]?.children ?? []
        expect(tokens.map((token) => token.type)).toEqual(['text', 'code_inline', 'text'])
        expect(tokens[1]?.content.trim()).toBe(shown.trim())
      }),
    )
  })

  it('in prose is text only', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const tokens = new MarkdownIt({ html: true }).parseInline(prose(text), {})[0]?.children ?? []
        expect(
          new Set(tokens.map((token) => token.type)).isSubsetOf(new Set(['text', 'text_special', 'softbreak'])),
        ).toBe(true)
      }),
    )
  })

  it('has no control or invisible character left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        expect(visible(text)).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u)
      }),
    )
  })

  it('shows what was hidden', () => {
    expect(visible('\u001b[31mred\u202e\0')).toBe(String.raw`\x1b[31mred\u{202e}\x00`)
  })

  it('is cut when it is very long, also when it is not UTF-8', () => {
    expect(visible('é'.repeat(100_000))).toHaveLength(301)
    expect(visibleBytes(Buffer.alloc(100_000, 0xff), 0, 100_000)).toMatch(/^\ufffd{300}…$/)
    expect(visible('a😀', 2)).toBe('a…')
  })
})
