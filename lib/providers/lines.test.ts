import fc from 'fast-check'
import { expect, it } from 'vitest'
import { splitLines } from './lines.ts'

async function linesOf(parts: Iterable<Uint8Array>): Promise<string[]> {
  const body = (async function* () {
    for (const part of parts) yield await Promise.resolve(part)
  })()
  const lines: string[] = []
  for await (const line of splitLines(body)) lines.push(line)
  return lines
}

it('gives the same lines however the bytes are cut, in the middle of a character too', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', ' ', 'ü', '€', '🌍', '{', '"') })
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(20)), async (lines, end, cuts) => {
      const bytes = Buffer.from(lines.map((text) => text + end).join(''))
      const parts: Uint8Array[] = []
      let at = 0
      for (const length of cuts) {
        parts.push(bytes.subarray(at, at + length))
        at += length
      }
      parts.push(bytes.subarray(at))
      expect(await linesOf(parts)).toEqual(lines)
    }),
  )
})

it('a last line without an end counts', async () => {
  expect(await linesOf([Buffer.from('a\nb')])).toEqual(['a', 'b'])
})

it('a line without end does not fill the memory', async () => {
  const endless = (function* () {
    for (;;) yield Buffer.alloc(1_000_000, 'x')
  })()
  await expect(linesOf(endless)).rejects.toThrow(/longer than/)
})
