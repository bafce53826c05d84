/** Whether the transcript API answers. */
import { httpOutcome } from '../http-outcome.ts'
import type { CheckSource } from '../types.ts'

export const transcriptApi: CheckSource = {
  id: 'transcript-api',
  list: ({ settings }) => {
    const { enable, url } = settings().health.transcriptApi
    if (!enable) return []
    const hint = 'Look at its service, and at hwc.ai.health.transcriptApi.url.'
    return [
      {
        id: 'transcript-api',
        title: 'The transcript API',
        run: ({ signal }) => httpOutcome({ url, expectStatus: 200, hint }, signal),
      },
    ]
  },
}
