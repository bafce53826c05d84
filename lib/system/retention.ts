/** What is kept no longer: removed by the server each hour, and by hand or a timer with `hwc-ai retention`. */
import * as z from 'zod'
import type { Calls } from '../calls/index.ts'
import type { Settings } from '../config/index.ts'
import type { Health } from '../health/index.ts'
import type { AnyOperation } from '../operations/types.ts'
import type { Runs } from '../runs/index.ts'
import { defineSystemOperation } from './context.ts'

interface Kept {
  runs: Runs
  calls: Calls
  health: Health
}

/** Removes the runs, their results, the calls of tools and the results of checks that are older than the settings keep them. */
export async function enforceRetention({ runs, calls, health }: Kept, settings: Settings): Promise<void> {
  const { retentionDays, keepOutputsDays } = settings['local-workflows'].runs
  await runs.prune(retentionDays, keepOutputsDays)
  await calls.prune(retentionDays)
  await health.prune()
}

const days = z.int().min(0).describe('Days; 0 keeps them for ever')

const kept = (count: number) => (count === 0 ? 'for ever' : `for ${count} days`)

export const retentionOperations: readonly AnyOperation[] = [
  defineSystemOperation({
    id: 'enforce_retention',
    title: 'Remove what is kept no longer',
    description:
      'Removes runs, their results, calls of tools and results of checks that are older than the settings keep them. The server does so each hour by itself. Files of people are never touched.',
    http: { method: 'POST', path: '/api/retention' },
    cli: {
      command: ['retention'],
      render: ({ runs_days, outputs_days, checks_days, incidents_days }) =>
        [
          `Runs and calls of tools are kept ${kept(runs_days)}, results of runs ${kept(outputs_days)},`,
          `results of checks ${kept(checks_days)}, their sums and incidents ${kept(incidents_days)}. What was older is gone.`,
        ].join('\n'),
    },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({}),
    output: z.object({
      runs_days: days,
      outputs_days: days,
      checks_days: days,
      incidents_days: days,
    }),
    examples: [],
    run: async (_input, { app, settings }) => {
      await enforceRetention(app, settings)
      const { runs } = settings['local-workflows']
      return {
        runs_days: runs.retentionDays,
        outputs_days: runs.keepOutputsDays === 0 ? runs.retentionDays : runs.keepOutputsDays,
        checks_days: settings.health.rawDays,
        incidents_days: settings.health.dailyDays,
      }
    },
  }),
]
