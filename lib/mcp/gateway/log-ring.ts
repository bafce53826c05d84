/** The last lines that a program wrote to its standard error, and what became of it. Bounded in lines and in their length. */

const MAX_LINES = 500
const MAX_CHARS = 2000

export interface LogLine {
  at: Date
  text: string
}

export class LogRing {
  readonly #now: () => Date
  #lines: LogLine[] = []
  #dropped = 0

  constructor(now: () => Date) {
    this.#now = now
  }

  add(text: string): void {
    const cut = text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)} …` : text
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
