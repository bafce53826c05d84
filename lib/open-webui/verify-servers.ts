import type { OpenWebuiClient } from './client.ts'
import { type Compared, STOPS_LIST } from './compare.ts'
import { shownUrl, type Standing } from './connection.ts'
import type { Look } from './look.ts'
import type { Verified } from './schemas.ts'
import { brokenHint, type Verifier } from './verify.ts'

/** Whether chats are offered it: by its id, in 0.6 by its place in the list. */
function isListed({ id, facts }: Standing, place: number, offered: ReadonlySet<string>): boolean | null {
  if (facts.enabled !== 'true') return null
  if (facts.type === 'mcp') return offered.has(`server:mcp:${id}`)
  return offered.has(`server:${id === '' ? place : id}`) || offered.has(`server:${place}`)
}

/** What to do; a server that works and yet is not offered may suffer from a stranger in the list. */
function hintOf(wrong: string | null, stops: Standing | undefined, otherwise: string): string | null {
  if (wrong === null) return null
  return stops === undefined ? otherwise : `${STOPS_LIST} It is the one at ${shownUrl(stops.facts.url)}.`
}

/** Has Open WebUI try these servers now. */
export async function verifyServers(
  client: OpenWebuiClient,
  { standings }: Look,
  servers: readonly Compared[],
  verifier: Verifier,
): Promise<Verified> {
  const there = servers.some(({ standing }) => standing !== null)
  const offered = new Set(there ? await client.toolIds() : [])
  const stops = standings.find(({ stopsList }) => stopsList)
  const verified = servers.map(async ({ about: { id, name, ours }, standing }) => {
    if (standing === null) {
      const problem = 'It is not registered in Open WebUI.'
      const hint = 'Register it: hwc-ai tools apply'
      return { id, name, ok: false, listed: false, tools: [], problem, hint, duration_ms: 0 }
    }
    const { problem, tools, durationMs } = await verifier.ask(client, standing)
    const listed = isListed(standing, standings.indexOf(standing), offered)
    const unlisted = listed === false ? 'Open WebUI does not offer it in its chats' : null
    const wrong = problem ?? unlisted
    return {
      id,
      name,
      ok: wrong === null,
      listed,
      tools: (tools ?? []).map((tool) => tool.name),
      problem: wrong,
      hint: hintOf(wrong, problem === null ? stops : undefined, brokenHint(ours, shownUrl(standing.facts.url))),
      duration_ms: Math.round(durationMs),
    }
  })
  return { servers: await Promise.all(verified) }
}
