/** Tells what goes on for long, such as an open stream, that its key works no more. */

/** How often it is looked whether keys still work, in milliseconds: another process may have revoked one. */
export const LOOK_MS = 2000

export interface EndWatchOptions {
  /** Which of these keys work no more. */
  ended: (ids: readonly string[]) => Promise<readonly string[]>
  /** Told once for each time that looking begins to fail; it is tried again. */
  onFailure: (error: unknown) => void
}

/** Looks with one question for all keys, and only while there is somebody to tell. */
export class EndWatch {
  readonly #options: EndWatchOptions
  readonly #watched = new Map<string, Set<() => void>>()
  #timer: NodeJS.Timeout | null = null
  #fails = false

  constructor(options: EndWatchOptions) {
    this.#options = options
  }

  /**
   * @param onEnd is called once, when the key works no more
   * @returns stops watching
   */
  watch(id: string, onEnd: () => void): () => void {
    const told = this.#watched.get(id) ?? new Set()
    this.#watched.set(id, told)
    // Each watcher is its own, though two give the same function.
    const tell = () => onEnd()
    told.add(tell)
    this.#timer ??= setInterval(() => void this.look(), LOOK_MS).unref()
    return () => {
      told.delete(tell)
      if (told.size === 0 && this.#watched.get(id) === told) this.#watched.delete(id)
      this.#rest()
    }
  }

  /** Looks now, as when a key was revoked here. Never throws. */
  async look(): Promise<void> {
    if (this.#watched.size === 0) return
    try {
      const ended = await this.#options.ended([...this.#watched.keys()])
      this.#fails = false
      for (const id of ended) this.#tell(id)
    } catch (error) {
      if (!this.#fails) this.#options.onFailure(error)
      this.#fails = true
    }
  }

  #tell(id: string): void {
    const told = this.#watched.get(id) ?? []
    this.#watched.delete(id)
    for (const tell of told) tell()
    this.#rest()
  }

  #rest(): void {
    if (this.#watched.size > 0 || this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
  }

  /** Watches nothing any more. */
  close(): void {
    this.#watched.clear()
    this.#rest()
  }
}
