/** How many moves make a batch: each costs a sync of the journal and of every folder in it, and cannot be stopped half-way. */
import { parentOf, type RawPath } from '#lib/files/raw-path.ts'
import type { Step } from './context.ts'

const FIRST = 512
const LEAST = 64
/** The largest batch; as many files may have two names for an instant. */
export const MOST = 4096
/** Folders of one batch: each is held open until its end, and a process may have a few thousand files open. */
const MOST_FOLDERS = 500
/** A batch that takes less, in milliseconds, is followed by a larger one, and one that takes more than twice as long by a smaller. */
const AIM_MS = 250

/** Makes batches as large as what is moved in about a quarter of a second, on whatever disk. */
export class BatchPace {
  #size = FIRST

  /** The first of some steps, as many as make the next batch. */
  next(steps: readonly Step[]): Step[] {
    const batch: Step[] = []
    const folders = new Set<RawPath>()
    for (const step of steps.slice(0, this.#size)) {
      if (folders.size >= MOST_FOLDERS) break
      folders.add(parentOf(step.from)).add(parentOf(step.to))
      batch.push(step)
    }
    return batch
  }

  /** Tells how long the last batch took. */
  took(milliseconds: number): void {
    if (milliseconds < AIM_MS) this.#size = Math.min(MOST, this.#size * 2)
    else if (milliseconds > 2 * AIM_MS) this.#size = Math.max(LEAST, this.#size / 2)
  }
}
