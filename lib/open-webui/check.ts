/** Whether Open WebUI has our tools as they should be, and can use them. */
import { AppError } from '../errors/index.ts'
import { type CheckSource, ok, type Outcome, trouble } from '../health/types.ts'
import type { OpenWebui } from './index.ts'
import type { Plan } from './schemas.ts'

const EXPECTED = 'Open WebUI has the tool servers of the settings, and can use them'

function outcomeOf({ servers, invalid }: Plan): Outcome {
  const wrong = servers.filter(({ wanted, state }) => wanted && state !== 'same')
  const [first] = wrong
  const [unusable] = invalid
  if (first !== undefined)
    return trouble(
      'degraded',
      EXPECTED,
      wrong.map(({ name, why }) => `${name}: ${why ?? 'not as wanted'}`).join(' '),
      first.state === 'broken' && first.hint !== null
        ? first.hint
        : `${first.hint ?? ''} The page Open WebUI shows it.`.trim(),
    )
  if (unusable !== undefined)
    return trouble(
      'degraded',
      EXPECTED,
      `${unusable.id}: ${unusable.reason}`,
      'Change open-webui.tools in the settings.',
    )
  return ok(EXPECTED, `${servers.filter(({ wanted }) => wanted).length} registered`)
}

async function run(openWebui: OpenWebui): Promise<Outcome> {
  try {
    return outcomeOf(await openWebui.plan())
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    // Whether it answers at all is the matter of the check of Open WebUI itself.
    const status = error.code === 'open-webui-unreachable' ? 'unknown' : 'degraded'
    return trouble(status, EXPECTED, error.message, error.hint ?? 'The page Open WebUI shows more.')
  }
}

/** Applies once there is a token; without one nobody has asked for tools in Open WebUI. */
export async function toolServersCheck(openWebui: OpenWebui): Promise<CheckSource> {
  await openWebui.loadTokenSource()
  return {
    id: 'tool-servers',
    list: () =>
      openWebui.hasToken
        ? [{ id: 'tool-servers', title: 'Tools in Open WebUI', timeoutMs: 20_000, run: () => run(openWebui) }]
        : [],
  }
}
