/** The checks that a person has defined: an address to ask, or a port to connect to. */
import type { Settings } from '../../config/index.ts'
import { httpOutcome } from '../http-outcome.ts'
import { openConnection, whyUnreachable } from '../reach.ts'
import { type Check, type CheckSource, type Outcome, ok, trouble } from '../types.ts'

type Configured = Settings['health']['checks'][string]

async function tcp(host: string, port: number, hint: string, signal: AbortSignal): Promise<Outcome> {
  const expected = `a connection to ${host}:${port}`
  try {
    await openConnection(host, port, signal)
    return ok(expected, 'connected')
  } catch (error) {
    if (signal.aborted) throw error
    return trouble('down', expected, `no connection: ${whyUnreachable(error)}`, hint)
  }
}

function incomplete(name: string, what: string): Outcome {
  const setting = `hwc.ai.health.checks.${name}.${what}`
  return trouble(
    'unknown',
    `${setting} is set`,
    'it is not, so there is nothing to look at',
    `Set ${setting}, or remove the check.`,
  )
}

/** A check of a person's own, from its settings. */
function customCheck(name: string, { type, url, expectStatus, host, port }: Configured): Check {
  const hint = `Look at the service behind the check "${name}".`
  return {
    id: name,
    title: name,
    run: async ({ signal }) => {
      if (type === 'tcp')
        return port === null ? incomplete(name, 'port') : await tcp(host ?? '127.0.0.1', port, hint, signal)
      return url === null ? incomplete(name, 'url') : await httpOutcome({ url, expectStatus, hint }, signal)
    },
  }
}

/** Every entry of the settings; those that only change a check that comes with the app are taken out by the planner. */
export const custom: CheckSource = {
  id: 'custom',
  list: ({ settings }) => Object.entries(settings().health.checks).map(([name, entry]) => customCheck(name, entry)),
}
