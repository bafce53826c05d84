/** How many sessions or processes there may be, and which one gives way to another. */

export interface Occupant {
  /** Id of the key that began it. */
  readonly key: string
  /** Whether a client listens, or a call goes on. */
  readonly inUse: boolean
  /** Of any clock that only goes forward. */
  readonly lastUsed: number
}

/** Whether a key may begin one more, and which of its own ends for it. */
export type Room<T> = { given: true; ends: T | null } | { given: false; own: number }

/**
 * A key may hold as many as it leaves free: one key alone gets half of them, and whatever a few keys do, there is room
 * for the next. What gives way is the key's own that was unused longest; no key ends those of another.
 */
export function roomFor<T extends Occupant>(key: string, occupants: readonly T[], most: number): Room<T> {
  const own = occupants.filter((one) => one.key === key)
  if (own.length < most - occupants.length) return { given: true, ends: null }
  const [longestUnused] = own.filter(({ inUse }) => !inUse).sort((a, b) => a.lastUsed - b.lastUsed)
  return longestUnused === undefined ? { given: false, own: own.length } : { given: true, ends: longestUnused }
}
