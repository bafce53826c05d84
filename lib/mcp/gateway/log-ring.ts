/** The last lines that a program wrote to its standard error, and what became of it. Bounded in lines and in their length. */

const MAX_LINES = 500
const MAX_CHARS = 2000
/** What is shorter is no secret, and would tear up words. */
const MIN_SECRET_CHARS = 8
const HIDDEN = '[hidden]'

export interface LogLine {
  at: Date
  text: string
}

export class LogRing {
  readonly #now: () => Date
  #lines: LogLine[] = []
  #dropped = 0
  #secrets: readonly string[] = []

  constructor(now: () => Date) {
    this.#now = now
  }

  /** Leaves these values out of every line from now on: programs print what they were set up with. */
  hide(secrets: readonly string[]): void {
    // The longest first: one may hold another.
    this.#secrets = secrets
      .filter(({ length }) => length >= MIN_SECRET_CHARS)
      .sort((one, other) => other.length - one.length)
  }

  add(text: string): void {
    const shown = this.#secrets.reduce((line, secret) => line.replaceAll(secret, HIDDEN), text)
    const cut = shown.length > MAX_CHARS ? `${shown.slice(0, MAX_CHARS)} …` : shown
    this.#lines.push({ at: this.#now(), text: cut.trimEnd() })
    // In blocks, since taking the first of an array away moves all the others.
    if (this.#lines.length < 2 * MAX_LINES) return
    this.#dropped += this.#lines.length - MAX_LINES
    this.#lines = this.#lines.slice(-MAX_LINES)
  }

  /** The oldest first. */
  read(): { lines: LogLine[]; dropped: number } {
    const lines = this.#lines.slice(-MAX_LINES)
    return { lines, dropped: this.#dropped + this.#lines.length - lines.length }
  }
}
