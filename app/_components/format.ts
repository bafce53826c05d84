/** How figures are worded: always with their unit. */

const NUMBER = new Intl.NumberFormat('en')
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

export function count(value: number, one: string, many = `${one}s`): string {
  return `${NUMBER.format(value)} ${value === 1 ? one : many}`
}

/** Bytes in decimal units, as disks and file managers count. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let rest = value
  let unit = 0
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000
    unit += 1
  }
  return `${rest >= 99.5 || unit === 0 ? rest.toFixed(0) : rest.toFixed(1)} ${units[unit] ?? 'B'}`
}

/** A length of time in its two largest units. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ]
  const first = parts.findIndex(([value]) => value > 0)
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ')
}

/** A moment as it is said now: `3 minutes ago`, `in 2 hours`. */
export function relative(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1000)
  const size = Math.abs(seconds)
  if (size < 10) return 'just now'
  if (size < 60) return RELATIVE.format(seconds, 'second')
  if (size < 3600) return RELATIVE.format(Math.round(seconds / 60), 'minute')
  if (size < 86_400) return RELATIVE.format(Math.round(seconds / 3600), 'hour')
  if (size < 86_400 * 45) return RELATIVE.format(Math.round(seconds / 86_400), 'day')
  return RELATIVE.format(Math.round(seconds / 2_629_800), 'month')
}

/** A share from 0 to 1 in percent. Cut, not rounded: 100 % is said of nothing less. */
export function percent(share: number): string {
  const hundredths = Math.floor(share * 10_000 + 1e-6)
  return `${hundredths % 100 === 0 ? hundredths / 100 : (hundredths / 100).toFixed(2)} %`
}

/** The name of a field as words: `include_metrics` is `Include metrics`. */
export function words(name: string): string {
  const text = name
    .replaceAll(/[_-]/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return text.charAt(0).toUpperCase() + text.slice(1)
}
