/** Long work in a server lets others have their turn, and ends when nobody wants it any more. */
import { setImmediate } from 'node:timers/promises'

export type Pause = () => Promise<void>

/** @throws the signal's reason, from the pause after it was aborted */
export function pauseOf(signal: AbortSignal): Pause {
  return async () => {
    await setImmediate()
    signal.throwIfAborted()
  }
}

/** Of work that nothing ends early. */
export const nextTurn: Pause = () => setImmediate()
