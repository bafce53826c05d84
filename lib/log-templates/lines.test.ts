import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineSplitter, MAX_LINE_BYTES } from './lines.ts'

function split(chunks: readonly Buffer[], finish = true) {
  const lines: { text: string; offset: number; next: number }[] = []
  const splitter = new LineSplitter((buffer, start, end, at) =>
    lines.push({ text: Buffer.from(buffer.subarray(start, end)).toString('latin1'), ...at }),
  )
  for (const chunk of chunks) splitter.push(chunk)
  if (finish) splitter.end()
  return { lines, consumed: splitter.consumed }
}

describe('the line splitter', () => {
  it('finds the same lines and offsets wherever the chunks are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 8 }).map((text) => text.replaceAll(/[\r\n]/g, '_'))),
        fc.nat(20),
        (texts, size) => {
          const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(''))
          const chunks: Buffer[] = []
          for (let at = 0; at < bytes.length; at += size + 1) chunks.push(bytes.subarray(at, at + size + 1))
          const { lines } = split(chunks)
          expect(lines).toEqual(split([bytes]).lines)
          expect(lines.map((line) => line.text)).toEqual(texts.map((text) => Buffer.from(text).toString('latin1')))
          expect(lines.at(-1)?.next ?? 0).toBe(bytes.length)
        },
      ),
    )
  })

  it('does not count an unfinished line as consumed', () => {
    expect(split([Buffer.from('one\ntw')], false)).toMatchObject({
      lines: [{ text: 'one', offset: 0, next: 4 }],
      consumed: 4,
    })
  })

  it('drops the carriage return of a line that ends in one', () => {
    expect(split([Buffer.from('a\r\nb\r')]).lines.map((line) => line.text)).toEqual(['a', 'b'])
  })

  it('cuts a line of megabytes and goes on after it', () => {
    const { lines } = split([Buffer.alloc(3_000_000, 'x'), Buffer.from('\nnext\n')])
    expect(lines.map((line) => line.text.length)).toEqual([MAX_LINE_BYTES, 4])
    expect(lines[1]).toMatchObject({ offset: 3_000_001 })
  })
})
