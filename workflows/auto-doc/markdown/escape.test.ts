import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { describe, expect, it } from 'vitest'
import { codeBlock, inlineCode, safeInline, safeMarkdown, tableCell } from './escape.ts'

/** A renderer that trusts its input wholly: HTML passes, and every link. */
const trusting = new MarkdownIt({ html: true, linkify: false })
trusting.validateLink = () => true
const SAFE_LINK = /^(https?:|mailto:|#|\.|\/|[\w-])/i

function expectHarmless(markdown: string): void {
  const html = trusting.render(markdown)
  expect(html).not.toMatch(/<(?:script|img|iframe|svg|a href="(?:javascript|data|vbscript))/i)
  for (const [, href = ''] of html.matchAll(/href="([^"]*)"/g)) {
    expect(href).toMatch(SAFE_LINK)
    expect(href).not.toMatch(/^(?!https?:|mailto:)[a-z][a-z0-9+.-]*:/i)
  }
  expect(html).not.toMatch(/<h[1-6]/)
}

describe('safeMarkdown', () => {
  it.each([
    '<script>alert(1)</script>',
    'a <img src=x onerror=alert(1)> b',
    '[x](javascript:alert(1))',
    '[x]( javascript:alert(1))',
    '[x](\njavascript:alert(1))',
    '[x](<javascript:alert(1)>)',
    '[x](&#106;avascript:alert(1))',
    '[x](java\\script:alert(1))',
    '[x]\n\n[x]: javascript:alert(1)',
    '> [x]: javascript:alert(1)\n\n[x]',
    '![x](https://tracker.example/a.png)',
    '![x][y]\n\n[y]: https://tracker.example/a.png',
    '<javascript:alert(1)>',
    '`a` <b onclick=x> `c',
    '``` <script>',
    '```\n<script>\n',
    '- list\n\n      <script>',
    '# Heading',
    'Heading\n===',
    'Heading\n  ---',
    '> # Heading',
    '- # Heading',
    '`code`<script>`code`',
    '\\`<script>\\`',
    '`\n\n<script>`',
  ])('makes %j harmless', (text) => expectHarmless(safeMarkdown(text)))

  it('makes any mixture harmless', () => {
    const piece = fc.constantFrom(
      '<script>',
      '<img src=x onerror=y>',
      '[a](',
      'javascript:x',
      ')',
      '`',
      '``',
      '```',
      '~~~',
      '\n',
      '\n\n',
      '    ',
      '  ',
      '- ',
      '> ',
      '# ',
      '===',
      '---',
      '[a]: ',
      '![',
      ']',
      '&#106;',
      '\\',
      'word',
      '1. ',
      '|',
      '\t',
      '>>> ',
      ':::',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        expectHarmless(safeMarkdown(pieces.join('')))
        expectHarmless(`- ${safeInline(pieces.join(''))}`)
        expectHarmless(`| a |\n| --- |\n| ${tableCell(safeInline(pieces.join('')))} |`)
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 3000) },
    )
  })

  it('keeps what harms nobody', () => {
    const text =
      'Some *words*, `a < b`, [a link](https://a.example/?x=1&y=2), [file](./a.md#b).\n\n- one\n- two\n\n```ts\na < b\n```'
    expect(safeMarkdown(text)).toBe(text)
    expect(safeMarkdown('As code:\n\n    a < b\n    c\n\nDone.', 'ts')).toBe(
      'As code:\n\n```ts\na < b\nc\n```\n\nDone.',
    )
    expect(safeMarkdown('>>> f(1)\n<Foo>')).toBe('```pycon\n>>> f(1)\n<Foo>\n```')
  })
})

describe('code', () => {
  it('cannot be left by what it holds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('`', '``', '```', '````', '\n', 'a', ' ', '|'), { maxLength: 12 }),
        (pieces) => {
          const code = pieces.join('')
          const block = trusting.parse(codeBlock(code, 'ts'), {})
          expect(block.map((token) => token.type)).toEqual(['fence'])
          expect(block[0]?.content.trimEnd()).toBe(code.trimEnd())
          const line = trusting.parseInline(inlineCode(code), {})[0]?.children ?? []
          expect(line.map((token) => token.type)).toEqual(code.trim() === '' ? [] : ['code_inline'])
        },
      ),
    )
  })
})
