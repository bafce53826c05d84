/**
 * Applies or undoes the moves of a plan, batch by batch: the results of one batch and the intents of the next are one commit,
 * so that a commit is always on the disk before a file is touched.
 */
import type { ActionUpdate } from '../journal.ts'
import { movesIn, writeMoves } from '../journal.ts'
import { runBatch, type StepResult } from './batch.ts'
import { STATES, stepOf, type MoveContext, type Step } from './context.ts'
import { makeFolders } from './folders.ts'
import { BatchPace, MOST } from './pace.ts'

/** Folders are made as files come, and go again the other way round. */
const ORDER = { apply: 'asc', undo: 'desc' } as const

function update(context: MoveContext, result: StepResult): ActionUpdate | null {
  const states = STATES[context.direction]
  const { seq, method, moved } = result.step
  if (result.kind === 'moved') return { seq, state: states.after, method, outcome: result.note, moved: result.moved }
  if (result.kind === 'again') return null
  const state = result.kind === 'failed' && context.direction === 'apply' ? 'failed' : states.kept
  return { seq, state, method, outcome: result.why, moved }
}

const intent = (context: MoveContext, { seq, method, moved }: Step): ActionUpdate => ({
  seq,
  state: STATES[context.direction].intent,
  method,
  outcome: String(Date.now()),
  moved,
})

/** All moves still to do, in batches. So many are at hand that a batch is only smaller than its pace at the end. */
async function* pending(context: MoveContext, pace: BatchPace): AsyncGenerator<Step[]> {
  const { store, plan, direction } = context
  let steps: Step[] = []
  for await (const moves of movesIn(store, plan.n, STATES[direction].before, ORDER[direction])) {
    steps = steps.concat(moves.map((move) => stepOf(move, direction)))
    while (steps.length >= MOST) {
      const batch = pace.next(steps)
      steps = steps.slice(batch.length)
      yield batch
    }
  }
  while (steps.length > 0) {
    const batch = pace.next(steps)
    steps = steps.slice(batch.length)
    yield batch
  }
}

/**
 * @param afterBatch told how many moves were tried; returns true to stop before the next batch
 * @throws the system's error when the disk is full; the journal then holds what was done
 */
export async function runMoves(
  context: MoveContext,
  afterBatch: (tried: number) => boolean,
): Promise<'all' | 'stopped'> {
  let results: ActionUpdate[] = []
  const flush = async () => {
    if (results.length > 0) await writeMoves(context.store, context.plan.n, results)
    results = []
  }
  const batch = async (steps: readonly Step[]): Promise<Step[]> => {
    await makeFolders(context, steps)
    await writeMoves(context.store, context.plan.n, [...results, ...steps.map((step) => intent(context, step))])
    results = []
    const done = runBatch(context, steps)
    results = done.map((result) => update(context, result)).filter((item) => item !== null)
    return done.flatMap((result) => (result.kind === 'again' ? [{ ...result.step, method: result.method }] : []))
  }
  const pace = new BatchPace()
  for await (const steps of pending(context, pace)) {
    const began = performance.now()
    // The second time round says how; it may take a third, from a copy to another device without hard links.
    for (let again = await batch(steps); again.length > 0;) again = await batch(again)
    pace.took(performance.now() - began)
    if (!afterBatch(steps.length)) continue
    await flush()
    return 'stopped'
  }
  await flush()
  return 'all'
}
