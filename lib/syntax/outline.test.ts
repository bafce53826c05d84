import { describe, expect, it } from 'vitest'
import { languageOf, LANGUAGES, outlineSource } from './index.ts'

describe('outlineSource', () => {
  const many = Array.from(
    { length: 4000 },
    (_, index) => `/** Number ${String(index)}. */\nexport const n${String(index)} = (a: string) => a\n`,
  ).join('')

  it('reads a long file on another thread, with the same outcome', async () => {
    const typescript = LANGUAGES.find((language) => language.id === 'typescript')
    if (typescript === undefined) throw new Error('no TypeScript')
    let beats = 0
    const timer = setInterval(() => beats++, 1)
    const outline = await outlineSource(typescript, many, 'many.ts')
    clearInterval(timer)
    expect(beats).toBeGreaterThan(0)
    expect(outline).toEqual(await typescript.outline(many, 'many.ts'))
    expect(outline.symbols.length).toBe(4000)
  })

  it('stops at once when cancelled', async () => {
    const nix = languageOf('a.nix')
    if (nix === undefined) throw new Error('no Nix')
    const cancel = new AbortController()
    const running = outlineSource(nix, `{ a = "${'x'.repeat(2_000_000)}"; }`, 'a.nix', cancel.signal)
    cancel.abort()
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
  })
})

it('counts the lines of a file as a person does', async () => {
  const counts: [string, number][] = [
    ['', 0],
    ['x = 1', 1],
    ['x = 1\n', 1],
    ['x = 1\r\n\r\n', 2],
    ['x = 1\ny = 2', 2],
  ]
  for (const language of LANGUAGES)
    for (const [source, lines] of counts)
      expect([language.id, source, (await language.outline(source, 'a')).lines]).toEqual([language.id, source, lines])
})

describe('languageOf', () => {
  it.each([
    ['a.ts', 'typescript'],
    ['a.D.TS', 'typescript'],
    ['a.tsx', 'tsx'],
    ['a.mjs', 'javascript'],
    ['a.pyi', 'python'],
    ['a.nix', 'nix'],
    ['a.rs', undefined],
    ['ts', undefined],
  ])('knows %s as %s', (name, id) => {
    expect(languageOf(name)?.id).toBe(id)
  })
})
