/** What the app does about models by itself, and when. */
import type { Settings } from '../config/index.ts'
import { AppError } from '../errors/index.ts'
import { type ScheduledJob, withTimeOfDay } from '../schedule/index.ts'
import { judgeFolder } from './folder.ts'
import { gather } from './gather.ts'
import { isDue } from './plan.ts'
import type { ModelWork } from './work.ts'

/** A job of the scheduler: operations to run one after the other. */
export interface ModelJob extends ScheduledJob {
  operations: readonly { id: string; input: Record<string, unknown> }[]
  /** Whether there is anything to do: a run that does nothing only fills the history. */
  isWanted: (work: ModelWork) => Promise<boolean>
}

/** How often it is looked whether a wanted model is missing, or one that failed is due again. */
const KEEP = '*:0/10'

/** Whether a pull, a check or a repair is due. Asks no registry; while Ollama is away there is nothing to do. */
async function somethingDue(work: ModelWork): Promise<boolean> {
  const folder = work.isLocal ? await judgeFolder(work.settings) : null
  if (folder?.status === 'down') return false
  try {
    const { actions } = await gather(work, { checkUpdates: false, measure: false })
    return actions.some((action) => isDue(action, true))
  } catch (error) {
    if (error instanceof AppError) return false
    throw error
  }
}

/** The jobs that the settings ask for; none while no model is wanted. */
export function modelJobs({ ollama }: Settings): ModelJob[] {
  if (ollama.models.length === 0) return []
  const { enable, schedule } = ollama.modelHealth
  const update = { id: 'apply_models', input: { check_updates: true, due_only: true } }
  const test = { id: 'test_models', input: {} }
  const daily = [...(ollama.autoPull ? [update] : []), ...(enable ? [test] : [])]
  return [
    ...(ollama.autoPull
      ? [
          {
            id: 'models keep',
            onCalendar: KEEP,
            operations: [{ id: 'apply_models', input: { check_updates: false, due_only: true } }],
            isWanted: somethingDue,
          },
        ]
      : []),
    ...(daily.length > 0
      ? [
          {
            id: 'models daily',
            onCalendar: withTimeOfDay('daily', schedule),
            operations: daily,
            isWanted: () => Promise.resolve(true),
          },
        ]
      : []),
  ]
}
