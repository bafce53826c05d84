/** Whether the disk that holds the models has room. */
import { parseTimeSpan } from '../../schedule/index.ts'
import { diskUsage, sizeText } from '../disk.ts'
import { type CheckSource, type Outcome, ok, trouble } from '../types.ts'

/** Above this share of the disk the next write is likely to fail. */
const FULL_PERCENT = 99

async function run(folder: string, warnPercent: number): Promise<Outcome> {
  const expected = `less than ${warnPercent} % of the disk of ${folder} in use`
  const { usedPercent, availableBytes } = await diskUsage(folder)
  const actual = `${usedPercent.toFixed(0)} % in use, ${sizeText(availableBytes)} left`
  if (usedPercent < warnPercent) return ok(expected, actual)
  const hint = '`hwc-ai models prune` shows which models nobody asked for; `ollama rm NAME` removes one.'
  return trouble(usedPercent >= FULL_PERCENT ? 'down' : 'degraded', expected, actual, hint)
}

export const modelDisk: CheckSource = {
  id: 'model-disk',
  list: ({ settings }) => {
    const { enable, dataDir, diskMonitoring } = settings().ollama
    if (!enable || !diskMonitoring.enable) return []
    const intervalMs = parseTimeSpan(diskMonitoring.checkInterval)
    return [
      {
        id: 'model-disk',
        title: 'The disk of the models',
        ...(intervalMs === null ? {} : { intervalMs }),
        run: () => run(dataDir, diskMonitoring.warnPercent),
      },
    ]
  },
}
