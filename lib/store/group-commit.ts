import type Database from 'better-sqlite3'

interface Waiting {
  work: () => void
  relaxed: boolean
  reject: (error: unknown) => void
  resolve: () => void
}

/**
 * Small writes of one turn of the event loop are committed together: one wait for the disk for all of them. Each is all or nothing by
 * itself (a savepoint), and is on the disk when its promise resolves.
 */
export class GroupCommit {
  readonly #database: Database.Database
  readonly #exclusively: (commit: () => void) => Promise<void>
  readonly #savepoint: (work: () => void) => void
  /** Makes the writes of a group in one transaction; returns those that were made. */
  readonly #writeAll: Database.Transaction<(group: readonly Waiting[]) => Waiting[]>
  #waiting: Waiting[] = []
  #gathering = false

  /** @param exclusively runs a commit while no other transaction of this connection is open */
  constructor(database: Database.Database, exclusively: (commit: () => void) => Promise<void>) {
    this.#database = database
    this.#exclusively = exclusively
    this.#savepoint = database.transaction((work: () => void) => work())
    this.#writeAll = database.transaction((group) => group.filter((one) => this.#write(one)))
  }

  /** @returns whether it was made; what fails takes nothing else with it */
  #write(one: Waiting): boolean {
    try {
      this.#savepoint(one.work)
      return true
    } catch (error) {
      one.reject(error)
      return false
    }
  }

  /**
   * @param work writes with prepared statements, synchronously
   * @param relaxed need not be on the disk when the promise resolves, only whole: a power cut may take it back
   */
  write<T>(work: () => T, relaxed: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: { value: T } | undefined
      this.#waiting.push({
        work: () => (result = { value: work() }),
        relaxed,
        reject,
        resolve: () => (result === undefined ? reject(new Error('The write did not run')) : resolve(result.value)),
      })
      if (this.#gathering) return
      this.#gathering = true
      setImmediate(() => void this.#commit())
    })
  }

  /** SQLite then syncs at its checkpoints only: https://sqlite.org/pragma.html#pragma_synchronous */
  #withoutSync(commit: () => void): void {
    this.#database.exec('PRAGMA synchronous = NORMAL')
    try {
      commit()
    } finally {
      this.#database.exec('PRAGMA synchronous = FULL')
    }
  }

  async #commit(): Promise<void> {
    this.#gathering = false
    const group = this.#waiting
    this.#waiting = []
    let written: Waiting[] = []
    const write = () => void (written = this.#writeAll.immediate(group))
    try {
      const relaxed = group.every((one) => one.relaxed)
      await this.#exclusively(() => (relaxed ? this.#withoutSync(write) : write()))
      for (const one of written) one.resolve()
    } catch (error) {
      for (const one of group) one.reject(error)
    }
  }
}
