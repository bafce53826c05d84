/** How grave a line is, for logs that only say it in words. */

/** The first that is found decides. A level is a word in upper case, in brackets or before a colon: prose is not believed. */
const LEVELS: readonly (readonly [RegExp, number])[] = [
  [level('emerg|emergency|panic'), 0],
  [level('alert'), 1],
  [level('fatal|crit|critical'), 2],
  [level('error|err|severe|failure'), 3],
  [level('warning|warn'), 4],
  [level('notice'), 5],
  [level('info|information'), 6],
  [level('debug|trace|verbose'), 7],
]

function level(words: string): RegExp {
  const upper = words.toUpperCase()
  return new RegExp(
    String.raw`(?:^|[\s|])(?:${upper})(?:[\s:,|]|$)|\[(?:${words}|${upper})\]|(?:^|\s)(?:${words}|${upper}):|level="?(?:${words}|${upper})\b|"level":\s*"(?:${words}|${upper})"`,
  )
}

/** Letters of logcat after its two numbers. */
const LOGCAT = /^\S+ \S+ +\d+ +\d+ ([VDIWEF]) /

const LOGCAT_LEVELS: Readonly<Record<string, number>> = { F: 2, E: 3, W: 4, I: 6, D: 7, V: 7 }

/** Severity of a line by the level it names near its beginning; 6, information, when it names none. */
export function guessSeverity(line: string): number {
  const head = line.slice(0, 160)
  const letter = LOGCAT.exec(head)?.[1]
  if (letter !== undefined) return LOGCAT_LEVELS[letter] ?? 6
  return LEVELS.find(([pattern]) => pattern.test(head))?.[1] ?? 6
}
