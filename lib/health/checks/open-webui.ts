/** Whether Open WebUI answers. */
import { httpOutcome } from '../http-outcome.ts'
import type { CheckSource } from '../types.ts'

export const openWebui: CheckSource = {
  id: 'open-webui',
  list: ({ settings }) => {
    const web = settings()['open-webui']
    if (!web.enable || !web.healthCheck.enable) return []
    const base = (web.url ?? `http://127.0.0.1:${web.port}`).replace(/\/+$/, '')
    const hint = 'Look at its service: systemctl status podman-open-webui, or docker logs open-webui.'
    return [
      {
        id: 'open-webui',
        title: 'Open WebUI',
        run: ({ signal }) => httpOutcome({ url: `${base}/health`, expectStatus: 200, hint }, signal),
      },
    ]
  },
}
