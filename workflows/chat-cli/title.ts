const LONGEST = 60

/** A title from the first message: its first line with words in it, cut between words at 60 characters. */
export function titleFrom(text: string): string {
  const line = text.split('\n').find((one) => /[\p{L}\p{N}]/u.test(one)) ?? ''
  const plain = line
    .replace(/^[\s#>*-]+/, '')
    .replace(/\s+/g, ' ')
    .trim()
  const characters = Array.from(plain)
  if (characters.length === 0) return 'New conversation'
  if (characters.length <= LONGEST) return plain
  const cut = characters.slice(0, LONGEST - 1).join('')
  const space = cut.lastIndexOf(' ')
  return `${space > LONGEST / 2 ? cut.slice(0, space) : cut}…`
}
