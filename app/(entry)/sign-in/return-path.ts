/** Where to go after signing in: a page of this app, whatever the address said. */
export function returnPath(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return '/'
  const base = 'http://app.invalid'
  if (!URL.canParse(next, base)) return '/'
  const { origin, pathname, search } = new URL(next, base)
  return origin === base ? pathname + search : '/'
}
