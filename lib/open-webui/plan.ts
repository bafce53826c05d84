import type { Look } from './look.ts'
import type { Standing } from './connection.ts'
import { shownUrl } from './connection.ts'
import type { Compared } from './compare.ts'
import type { ConnectionOut, Plan, PlannedServer } from './schemas.ts'
import { brokenHint, canTry, type Verdict } from './verify.ts'

/** How long a plan waits for Open WebUI to try the servers, in milliseconds. */
const TRY_MS = 8000

/** A server as it is answered, `broken` where it stands as wanted and yet Open WebUI cannot use it. */
export function judged({ about, standing }: Compared, verdict: Verdict | null): PlannedServer {
  const problem = verdict?.problem ?? null
  if (about.state !== 'same' || problem === null) return about
  return {
    ...about,
    state: 'broken',
    why: `Open WebUI cannot use it: ${problem}.`,
    hint: brokenHint(about.ours, shownUrl(standing?.facts.url ?? '')),
  }
}

/** The plan, with each server of the settings tried that stands as wanted. */
export async function planServers(
  connection: ConnectionOut,
  { servers, invalid }: Look,
  verify: (standing: Standing, signal: AbortSignal) => Promise<Verdict>,
): Promise<Plan> {
  const signal = AbortSignal.timeout(TRY_MS)
  const planned = servers.map(async (server) => {
    const { about, standing } = server
    const tries = about.wanted && about.state === 'same' && standing !== null && canTry(standing)
    return judged(server, tries ? await verify(standing, signal) : null)
  })
  return { open_webui: connection, servers: await Promise.all(planned), invalid: [...invalid] }
}
