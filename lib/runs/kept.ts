import type { Run } from './types.ts'

/** A run with its output, as both were at one moment; shared by those who ask, so nobody changes it. */
export interface RunWithOutput {
  readonly run: Readonly<Run>
  readonly output: unknown
}

/** The last runs that were asked for, while the store is as it was: who waits for a run or watches a page asks again and again. */
export class KeptRuns {
  readonly #most: number
  readonly #runs = new Map<string, RunWithOutput>()
  #version = ''

  /** @param most so many are kept */
  constructor(most: number) {
    this.#most = most
  }

  /** @param version of the store now */
  get(id: string, version: string): RunWithOutput | undefined {
    return version === this.#version ? this.#runs.get(id) : undefined
  }

  /** @param version that the store had before the run was read from it */
  keep(id: string, found: RunWithOutput, version: string): void {
    if (version !== this.#version || this.#runs.size >= this.#most) this.#runs.clear()
    this.#version = version
    this.#runs.set(id, found)
  }
}
