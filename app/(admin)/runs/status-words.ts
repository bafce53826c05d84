import type { RunStatus } from '#lib/runs/types.ts'

/** States of a run to filter by, in the words of their marks. */
export const STATUS_WORDS: readonly (readonly [RunStatus, string])[] = [
  ['running', 'Running'],
  ['succeeded', 'Done'],
  ['failed', 'Failed'],
  ['cancelled', 'Cancelled'],
  ['interrupted', 'Interrupted'],
]
