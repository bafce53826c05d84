import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HeaderReader } from './header.ts'
import { TemplateMiner, type Template } from './miner.ts'

function mine(lines: readonly string[], miner = new TemplateMiner()) {
  const ids = lines.map((line) => miner.add(Buffer.from(line)))
  const { templates, numberOf } = miner.finish()
  return { templates, numbers: ids.map(numberOf), texts: templates.map((template) => template.text) }
}

/** Whether the text of a template, read as a glob, describes the line: found without the scanner. */
function describes(template: Template, line: string): boolean {
  const bytes = Buffer.from(line)
  const message = bytes.subarray(new HeaderReader().messageStart(bytes, 0, bytes.length)).toString()
  const literal = (text: string) =>
    text
      .trim()
      .split(/[\s\p{Cc}.]+/u)
      .map((word) => word.replaceAll(/[\\^$*+?()[\]{}|/]/g, String.raw`\$&`))
      .join(String.raw`[\s\p{Cc}.]*`)
  const glob = template.text.split('<*>').map(literal).join('[^]*')
  return new RegExp(String.raw`^[\s\p{Cc}.]*${glob}[^]*$`, 'u').test(message)
}

const word = fc.constantFrom(
  'connection',
  'from',
  'closed',
  'user',
  'root',
  'failed',
  'error:',
  '(core',
  'dumped)',
  'at',
  'x=',
  '"quoted"',
  'a...',
  '[',
)
const value = fc.oneof(
  fc.integer().map(String),
  fc.ipV4(),
  fc.constantFrom('/var/log/x', 'mail.example.org', '<1', '(3 KB)', '{a}', 'n{b=1}'),
)
const logLine = fc.array(fc.oneof(word, value), { maxLength: 14 }).map((parts) => parts.join(' '))
const anyLine = fc.oneof(
  logLine,
  fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replaceAll('\n', ' ')),
)

describe('the miner', () => {
  it('puts every line into exactly one template, whose count is right and whose text describes it', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 120 }), (lines) => {
        const { templates, numbers } = mine(lines)
        expect(templates.map((template) => template.number)).toEqual(templates.map((_, i) => i + 1))
        templates.forEach((template) => {
          const own = lines.filter((_, i) => numbers[i] === template.number)
          expect(own.length).toBe(template.count)
          for (const line of own)
            expect(describes(template, line), `${JSON.stringify(template.text)} for ${JSON.stringify(line)}`).toBe(true)
        })
      }),
      { numRuns: 300 },
    )
  })

  it('numbers templates in the order of their first line, after merging too', () => {
    const users = ['ann', 'bob', 'cid', 'dot', 'eve', 'fay']
    const { numbers, texts } = mine([
      'started up',
      ...users.map((user) => `Invalid login ${user} from 10.0.0.1`),
      'shut down',
    ])
    expect(numbers).toEqual([1, 2, 2, 2, 2, 2, 2, 3])
    expect(texts).toEqual(['started up', 'Invalid login <*> from <*>', 'shut down'])
  })

  it('keeps verbs apart and joins names', () => {
    const { texts } = mine(
      ['alice', 'bob'].flatMap((user) => [`session opened for user ${user}`, `session closed for user ${user}`]),
    )
    expect(texts).toEqual(['session opened for user <*>', 'session closed for user <*>'])
  })

  it('keeps names of states apart', () => {
    expect(
      mine(['NEW', 'RUNNING', 'FAILED', 'KILLED', 'DONE', 'LOST'].map((state) => `task went to ${state}`)).texts,
    ).toHaveLength(6)
  })

  it('knows a sentence again by its pattern after it was merged in passing', () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, i) => `peer ${i.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')} went away`,
    )
    expect(mine(lines).texts).toEqual(['peer <*> went away'])
  })

  it('holds a bounded number of patterns when no two lines are alike', () => {
    const letters = (seed: number) =>
      Array.from({ length: 8 }, (_, i) =>
        String.fromCharCode(97 + ((Math.imul(seed + 1, 2654435761 + i * 97) >>> 8) % 26)),
      ).join('')
    const lines = Array.from({ length: 40_000 }, (_, i) =>
      Array.from({ length: 6 }, (_, j) => letters(i * 6 + j)).join(' '),
    )
    const { templates } = mine(lines)
    expect(templates.length).toBeLessThanOrEqual(20_001)
    expect(templates.reduce((sum, template) => sum + template.count, 0)).toBe(lines.length)
  })

  it('takes a line of a megabyte, NUL bytes and broken UTF-8', () => {
    const miner = new TemplateMiner()
    const ids = [
      Buffer.alloc(1 << 20, 'x'),
      Buffer.from([0, 0, 1]),
      Buffer.from([0x66, 0x61, 0xff, 0xfe]),
      Buffer.alloc(0),
    ].map((line) => miner.add(line))
    const { templates, numberOf } = miner.finish()
    expect(ids.every((id) => numberOf(id) > 0)).toBe(true)
    expect(templates.every((template) => template.text.length < 5_000)).toBe(true)
  })

  it('knows the templates of an earlier run again, and says which are new', () => {
    const first = mine(['disk sda1 is full', 'backup done in 12 s'])
    const known = first.templates.map((template, i) => ({ ...template, key: i + 10 }))
    const second = mine(['backup done in 99 s', 'a thing never said before'], new TemplateMiner(known))
    expect(second.templates.map(({ text, known: keys }) => [text, keys])).toEqual([
      ['backup done in <*>', [11]],
      ['a thing never said before', []],
    ])
  })

  it('keeps the identity of a known template that becomes wider', () => {
    const known = mine(['login of kate from 10.0.0.1 failed']).templates.map((template) => ({ ...template, key: 7 }))
    const { templates } = mine(
      ['liam', 'mona', 'nils', 'olga', 'paul'].map((name) => `login of ${name} from 10.0.0.2 failed`),
      new TemplateMiner(known),
    )
    expect(templates.map(({ text, known: keys, count }) => [text, keys, count])).toEqual([
      ['login of <*> from <*> failed', [7], 5],
    ])
  })
})
