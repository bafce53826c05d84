/** Waiting for a run that was handed over while it went on. */
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import type { AnyOperation } from '../operations/types.ts'
import { type Runs, runSchema, type RunWithOutput } from '../runs/index.ts'
import { defineSystemOperation } from '../system/context.ts'
import { POLL_MS } from '../system/follow-run.ts'
import { progressText } from './answer.ts'

export const WAIT_FOR_RUN = 'wait_for_run'

export const waitOutput = z.object({
  run: runSchema,
  progress: z.string().describe('How far it is, in words'),
  output: z.unknown().describe('Its output; null while it runs, and when it was too large to keep'),
})

/** Resolves when the run has ended or the time is over, whichever process does it. */
async function settled(runs: Runs, id: string, milliseconds: number): Promise<void> {
  const deadline = performance.now() + milliseconds
  const live = runs.live(id)
  if (live !== undefined) {
    const stop = new AbortController()
    const timer = sleep(milliseconds, undefined, { signal: stop.signal }).catch(() => undefined)
    await Promise.race([live.result.catch(() => undefined), timer])
    stop.abort()
    return
  }
  while ((await runs.get(id)).ended_at === null) {
    const left = deadline - performance.now()
    if (left <= 0) return
    await sleep(Math.min(POLL_MS, left))
  }
}

/** Answers of runs that have ended, by what is kept of these. */
const ended = new WeakMap<RunWithOutput, z.output<typeof waitOutput>>()

function endedAnswer(kept: RunWithOutput): z.output<typeof waitOutput> {
  const known = ended.get(kept)
  if (known !== undefined) return known
  const answer = Object.freeze({ ...kept, progress: 'It has ended' })
  ended.set(kept, answer)
  return answer
}

export const waitForRun: AnyOperation = defineSystemOperation({
  id: WAIT_FOR_RUN,
  title: 'Wait for a run',
  description:
    'Waits until a run has ended, no longer than open-webui.toolTimeout, and gives the run as it then is with its output. Going away does not stop the run.',
  http: { method: 'POST', path: '/api/runs/:run_id/wait' },
  scope: 'run',
  recorded: false,
  mutates: false,
  input: z.object({
    run_id: z.string().min(1).max(64).describe('The run_id of an answer with status running'),
    seconds: z
      .int()
      .min(0)
      .max(600)
      .optional()
      .describe('Longest time to wait; default and most: open-webui.toolTimeout'),
  }),
  output: waitOutput,
  errors: ['not-found'],
  examples: [{ title: 'Wait for a plan', input: { run_id: 'run_01k9x3m2p4h7tq5w8y1n6c0b2d' } }],
  tool: {
    description:
      'Waits for work that an earlier call left running, and gives the answer that call would have given. Use it only with a run_id from an answer with status "running". If it is still running, tell the person how far it is and call this again.',
    hidden: ['seconds'],
  },
  run: async ({ run_id, seconds }, { app: { runs }, settings }) => {
    let now = await runs.withOutput(run_id)
    if (now.run.ended_at === null) {
      const { toolTimeout } = settings['open-webui']
      await settled(runs, run_id, Math.min(seconds ?? toolTimeout, toolTimeout) * 1000)
      now = await runs.withOutput(run_id)
    }
    return now.run.ended_at === null ? { ...now, progress: progressText(await runs.events(run_id)) } : endedAnswer(now)
  },
})
