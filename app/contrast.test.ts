import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(hex: string): number {
  const full = hex.length === 4 ? Array.from(hex.slice(1), (digit) => digit + digit).join('') : hex.slice(1)
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(full.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

const css = readFileSync(new URL('./globals.css', import.meta.url), 'utf8')
const colours = new Map(
  [...css.matchAll(/--color-([\w-]+): light-dark\((#\w+), (#\w+)\)/g)].map(([, name, light, dark]) => [
    name,
    [light, dark],
  ]),
)

function colour(name: string, theme: 0 | 1): string {
  const value = name === 'white' ? '#fff' : colours.get(name)?.[theme]
  if (value === undefined) throw new Error(`no colour ${name}`)
  return value
}

const GROUNDS = ['canvas', 'panel', 'sunken', 'hover']
/** Text on what it stands on. */
const TEXTS: readonly (readonly [string, readonly string[]])[] = [
  ['fg', [...GROUNDS, 'accent-soft', 'good-soft', 'warn-soft', 'bad-soft']],
  ['dim', [...GROUNDS, 'accent-soft', 'warn-soft', 'bad-soft']],
  ['accent', [...GROUNDS, 'accent-soft', 'warn-soft']],
  ['good', [...GROUNDS, 'good-soft']],
  ['warn', [...GROUNDS, 'warn-soft']],
  ['bad', [...GROUNDS, 'bad-soft']],
  ['white', ['accent-solid']],
]

describe.each([0, 1] as const)('the colours of theme %i', (theme) => {
  it('let every text be read (WCAG AA, 4.5:1)', () => {
    const poor = TEXTS.flatMap(([text, grounds]) =>
      grounds.map((ground) => ({
        pair: `${text} on ${ground}`,
        ratio: contrast(colour(text, theme), colour(ground, theme)),
      })),
    ).filter(({ ratio }) => ratio < 4.5)
    expect(poor).toEqual([])
  })

  it('let the borders of controls and the focus be seen (3:1)', () => {
    for (const [line, ground] of [
      ['edge', 'panel'],
      ['accent', 'canvas'],
      ['accent', 'panel'],
    ] as const)
      expect(contrast(colour(line, theme), colour(ground, theme)), `${line} on ${ground}`).toBeGreaterThanOrEqual(3)
  })
})
