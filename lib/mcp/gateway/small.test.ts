import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { openApiOf } from '../openapi.ts'
import { Backoff } from './backoff.ts'
import { readEnvironmentFile } from './environment.ts'
import { EventSplitter, filterEvents } from './event-filter.ts'
import { EventLog, eventId, readEventId } from './event-log.ts'
import { refusesWrite } from './filesystem.ts'
import { LineReader } from './lines.ts'
import { RateLimit } from '../../http/rate-limit.ts'

/** Text cut at any places. */
const cut = (text: string, places: readonly number[]) => {
  const bytes = Buffer.from(text)
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length))
}

describe('lines', () => {
  it('come whole, however the bytes are cut', () => {
    const line = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\n'))
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (lines, places) => {
        const seen: string[] = []
        const reader = new LineReader(1e6, (text) => seen.push(text), null)
        for (const part of cut(lines.map((text) => `${text}\n`).join(''), places)) reader.push(part)
        expect(seen).toEqual(lines)
      }),
    )
  })

  it('end with the first that is too long, or come in pieces', () => {
    const seen: string[] = []
    let tooLong = 0
    const strict = new LineReader(
      4,
      (text) => seen.push(text),
      () => tooLong++,
    )
    for (const part of ['abc\n', 'abcdef', 'gh\nxy\n']) strict.push(Buffer.from(part))
    expect([seen, tooLong]).toEqual([['abc'], 1])
    const pieces: string[] = []
    const lenient = new LineReader(4, (text) => pieces.push(text), null)
    for (const part of ['abcdef', 'gh\nxy\n']) lenient.push(Buffer.from(part))
    expect(pieces.join('')).toBe('abcdefghxy')
  })
})

describe('an event stream on its way through', () => {
  it('keeps every event, however it is cut, and changes only the data that is to be', async () => {
    const text = 'id: 1\nevent: message\ndata: {"tools":1}\n\n: comment\n\nid: 2\r\ndata: {"b":"é"}\r\n\r\n'
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 8 }), async (places) => {
        const watch = { look: (data: string) => data.replace('tools', 'seen'), over: () => [] }
        const parts: Uint8Array[] = []
        for await (const part of filterEvents(Readable.from(cut(text, places)), watch)) parts.push(part)
        const out = Buffer.concat(parts).toString()
        const events = new EventSplitter().push(out)
        expect(events).toEqual(['id: 1\nevent: message\ndata: {"seen":1}', ': comment', 'id: 2\r\ndata: {"b":"é"}'])
      }),
      { numRuns: 50 },
    )
  })

  it('is put together in a time that grows with its length alone', () => {
    const seconds = (pieces: number) => {
      const piece = 'x'.repeat(65_536)
      const splitter = new EventSplitter()
      const before = process.cpuUsage()
      for (let count = 0; count < pieces; count++) splitter.push(piece)
      const [event] = splitter.push('\n\n')
      expect(event).toHaveLength(pieces * piece.length)
      return process.cpuUsage(before).user
    }
    const least = (pieces: number) => Math.min(...[1, 2, 3].map(() => seconds(pieces)))
    least(40)
    // Eight times as long; were all of it read again with each piece, it would take 64 times as long. The clock may count nothing
    // of so little.
    expect(least(320)).toBeLessThan(25 * Math.max(least(40), 1500))
  })
})

describe('kept events', () => {
  it('have ids that are read back', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (stream, sequence) => {
        expect(readEventId(eventId({ stream, sequence }))).toEqual({ stream, sequence })
      }),
    )
    expect(readEventId('1-2-3')).toBeNull()
  })

  it('are bounded, and what is gone is said to be gone', () => {
    const log = new EventLog()
    for (let sequence = 1; sequence <= 1500; sequence++) log.add({ stream: 1, sequence, text: 'x' })
    expect(log.after({ stream: 1, sequence: 0 })).toBeNull()
    expect(log.after({ stream: 1, sequence: 1400 })).toHaveLength(100)
    log.add({ stream: 2, sequence: 1, text: 'x'.repeat(20_000_000) })
    expect(log.after({ stream: 2, sequence: 0 })).toHaveLength(1)
    expect(log.after({ stream: 1, sequence: 1400 })).toBeNull()
  })
})

describe('the wait after a crash', () => {
  it('grows to a minute, and begins anew after a minute that went well', () => {
    let now = 0
    const backoff = new Backoff(() => now)
    const waits = [10, 10, 10, 10, 10, 10, 10, 10].map((ranMs) => {
      backoff.crashed('key', { reason: 'x', ranMs, answered: true })
      const wait = backoff.waitMs('key')
      now += wait
      return wait / 1000
    })
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
    expect(backoff.waitMs('key')).toBe(0)
    backoff.crashed('key', { reason: 'x', ranMs: 60_000, answered: true })
    expect(backoff.waitMs('key')).toBe(1000)
    backoff.forgive()
    expect(backoff.waitMs('key')).toBe(0)
  })

  it('is that of the key, however often its process crashes, but of all once it starts for none', () => {
    const backoff = new Backoff(() => 0)
    const waits = () => ['one', 'two', ''].map((key) => backoff.waitMs(key))
    const crash = (key: string, answered: boolean) => backoff.crashed(key, { reason: 'x', ranMs: 1, answered })
    crash('one', true)
    crash('one', false)
    expect(waits()).toEqual([2000, 0, 0])
    expect(backoff.longestMs).toBe(2000)
    backoff.answered()
    crash('two', false)
    expect(waits()).toEqual([2000, 1000, 0])
    crash('one', false)
    expect(waits()).toEqual([4000, 1000, 1000])
    backoff.forgive()
    expect(waits()).toEqual([0, 0, 0])
  })
})

describe('the rate limit', () => {
  it('never lets more through than a bucket and what fills it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.array(fc.nat(5000), { maxLength: 300 }), (perMinute, gaps) => {
        let now = 0
        let passed = 0
        const limit = new RateLimit(() => now)
        for (const gap of gaps) {
          now += gap
          const wait = limit.take('key', perMinute, 1)
          if (wait === 0) passed += 1
          else expect(wait).toBeLessThanOrEqual(60)
        }
        expect(passed).toBeLessThanOrEqual(perMinute + (now * perMinute) / 60_000 + 1e-6)
      }),
    )
  })

  it('is kept for each key, and 0 sets none', () => {
    const limit = new RateLimit(() => 0)
    expect(limit.take('a', 1, 1)).toBe(0)
    expect(limit.take('a', 1, 1)).toBe(60)
    expect(limit.take('b', 1, 1)).toBe(0)
    expect(Array.from({ length: 100 }, () => limit.take('c', 0, 1)).every((wait) => wait === 0)).toBe(true)
  })
})

describe('a file of secrets', () => {
  it('is read line by line, and a faulty line is named without its content', () => {
    const text = '# x\n\nA=1\nexport B = "two words"\nC=\'a=b\'\n'
    expect(readEnvironmentFile(text, '/f')).toEqual({ A: '1', B: 'two words', C: 'a=b' })
    expect(() => readEnvironmentFile('A=1\nhunter2\n', '/f')).toThrow(/^Line 2 of \/f is not of the form NAME=VALUE\.$/)
  })
})

describe('what the file server may change', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-drafts-'))
  const drafts = join(folder, 'drafts')
  mkdirSync(join(folder, 'outside'))
  mkdirSync(drafts)
  symlinkSync(join(folder, 'outside'), join(drafts, 'link'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const refused = (tool: string, args: Record<string, string>) => refusesWrite(drafts, tool, args)

  it('is the drafts folder, to whatever depth', async () => {
    expect(await refused('write_file', { path: join(drafts, 'new', 'deep', 'file') })).toBeNull()
    expect(await refused('read_file', { path: '/etc/passwd' })).toBeNull()
  })

  it.each([
    ['write_file', { path: '/etc/nixos/x.nix' }],
    ['write_file', { path: 'relative' }],
    ['write_file', {}],
    ['write_file', { path: `${drafts}-beside/x` }],
    ['write_file', { path: `${drafts}/../outside/x` }],
    ['edit_file', { path: `${drafts}/link/x` }],
    ['create_directory', { path: `${drafts}/link/new/deep` }],
    ['move_file', { source: `${drafts}/a`, destination: '/tmp/b' }],
    ['move_file', { source: '/etc/passwd', destination: `${drafts}/b` }],
  ])('is not what %s with %j would change', async (tool, args) => {
    expect(await refused(tool, args as Record<string, string>)).toMatch(/whole path|may be changed/)
  })
})

it('an OpenAPI document leads the references of a tool to its own components', () => {
  const inputSchema = {
    $schema: 'x',
    properties: { at: { $ref: '#/$defs/Place' } },
    $defs: { Place: { type: 'object', properties: { next: { $ref: '#/$defs/Place' } } } },
  }
  const document = openApiOf(
    's',
    '',
    [{ name: 'go to', title: null, description: null, inputSchema }],
    'http://x/mcp/s',
  )
  expect(document['components']).toMatchObject({
    schemas: { 'go_to.Place': { properties: { next: { $ref: '#/components/schemas/go_to.Place' } } } },
  })
  expect(JSON.stringify(document['paths'])).toContain('"$ref":"#/components/schemas/go_to.Place"')
  expect(JSON.stringify(document)).not.toContain('$defs')
})
