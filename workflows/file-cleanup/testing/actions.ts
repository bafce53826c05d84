/** Made-up actions, for plans of any size without as many files. */
import fc from 'fast-check'
import { rawFromBytes, rawPath } from '#lib/files/raw-path.ts'
import { CAUSES, type PlannedAction } from '../plan/action.ts'
import type { MadePlan } from '../plan/make-plan.ts'

const path = fc.uint8Array({ minLength: 1, maxLength: 12 }).map(rawFromBytes)

/** Any action, with paths of any bytes. */
export const anyAction: fc.Arbitrary<PlannedAction> = fc.record({
  file: path,
  action: fc.constantFrom('move', 'rename', 'skip'),
  destination: fc.option(path),
  takenName: fc.option(path),
  reason: fc.constantFrom('PDF document (rule “documents”).', 'Already where it belongs.', '"', ''),
  because: fc.constantFrom(...CAUSES),
  category: fc.option(fc.constantFrom('documents', 'ä')),
  sizeBytes: fc.nat(Number.MAX_SAFE_INTEGER),
  identity: fc.constantFrom('', '1:2:3:1700000000123456789'),
})

/** So many moves of `file N` to `to/N`. */
export function movesOf(count: number): PlannedAction[] {
  return Array.from({ length: count }, (_, i) => ({
    file: rawPath(`file ${i}`),
    action: 'move',
    destination: rawPath(`to/${i}`),
    takenName: null,
    reason: 'For a test.',
    because: 'rule',
    category: 'documents',
    sizeBytes: i,
    identity: `1:${i}:${i}:1`,
  }))
}

export const planOf = (actions: PlannedAction[]): MadePlan => ({
  actions,
  filesAnalyzed: actions.length,
  notes: [],
  model: null,
})
