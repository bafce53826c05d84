/** Makes Open WebUI's list as the settings want it, and remembers how it stood then. */
import type { ApiKeys } from '../auth/index.ts'
import type { Logger } from '../logging/index.ts'
import type { OpenWebuiClient } from './client.ts'
import type { Compared } from './compare.ts'
import type { Facts, Standing } from './connection.ts'
import type { Look } from './look.ts'
import type { Registrations } from './registrations.ts'
import type { Applied, PlannedServer } from './schemas.ts'
import { canTry, type Verifier } from './verify.ts'
import {
  ATTEMPTS,
  digestOf,
  KEY_GRACE_MS,
  lostRace,
  makeKey,
  needsKey,
  type NewKey,
  nextList,
  writeList,
} from './write.ts'

export interface ApplyOptions {
  client: OpenWebuiClient
  look: () => Promise<Look>
  registrations: Registrations
  verifier: Verifier
  keys: ApiKeys
  now: () => Date
  log: Logger
}

export interface ApplyResult extends Applied {
  /** Ids of keys made, by server. */
  newKeys: ReadonlyMap<string, string>
}

function isWriting({ about }: Compared): boolean {
  return about.action !== 'none' && about.action !== 'adopt'
}

/** Writes until nobody writes between; gives up after a few times. */
async function written(
  options: ApplyOptions,
  made: Map<string, NewKey>,
): Promise<{ found: Look; after: Standing[] | null }> {
  const { client, keys } = options
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const found = await options.look()
    const writing = found.servers.filter(isWriting)
    if (writing.length === 0) return { found, after: null }
    for (const server of writing)
      if (needsKey(server) && !made.has(server.about.id)) made.set(server.about.id, await makeKey(keys))
    const next = nextList(found.raw, found.standings, writing, made, found.form)
    const ids = writing.map(({ about }) => about.id)
    const after = await writeList(client, found.raw, next, ids, found.form)
    if (after !== null) return { found, after }
  }
  throw lostRace()
}

/** Remembers how a server stands, and lets the key before run out. */
async function remember(
  server: Compared,
  facts: Facts | null,
  key: NewKey | undefined,
  options: ApplyOptions,
): Promise<void> {
  const { about, registration, facts: wanted, desired } = server
  const { registrations, keys, now } = options
  const before = registration?.keyId ?? null
  if (about.action === 'remove') {
    await registrations.forget(about.id)
    if (before !== null) await keys.retire(before, now())
    return
  }
  if (facts === null || wanted === null) return
  let keyId = before
  if (key !== undefined) keyId = key.id
  else if (desired?.ours === true) keyId = (await keys.working()).get(facts.key)?.id ?? before
  await registrations.save({
    id: about.id,
    wanted: key === undefined ? wanted : { ...wanted, key: digestOf(key) },
    stands: facts,
    keyId,
    appliedAt: now(),
  })
  if (before !== null && before !== keyId) await keys.retire(before, new Date(now().getTime() + KEY_GRACE_MS))
}

function standingOf(server: Compared, after: readonly Standing[] | null): Standing | null {
  if (after === null || !isWriting(server)) return server.standing
  return after.find(({ id }) => id === server.about.id) ?? null
}

/** A server after the writing: what was done, and whether Open WebUI can use it. */
async function outcome(
  server: Compared,
  standing: Standing | null,
  options: ApplyOptions,
): Promise<Applied['servers'][number]> {
  const { about } = server
  const left = about.action === 'none' && about.state !== 'same' && about.state !== 'extra'
  const tries = isWriting(server) && about.action !== 'remove' && standing !== null && canTry(standing)
  if (!tries) return { ...about, done: !left, verified: null, problem: left ? about.why : null }
  const { problem } = await options.verifier.recall(options.client, standing, AbortSignal.timeout(12_000))
  return { ...about, done: true, verified: problem === null, problem }
}

/**
 * Applies what `look` found to be done.
 * @throws AppError `conflict` when someone else writes the list again and again
 */
export async function applyServers(options: ApplyOptions): Promise<ApplyResult> {
  const { keys, log, now } = options
  const made = new Map<string, NewKey>()
  try {
    const { found, after } = await written(options, made)
    for (const server of found.servers)
      if (server.about.action !== 'none')
        await remember(server, standingOf(server, after)?.facts ?? null, made.get(server.about.id), options)
    const servers = await Promise.all(
      found.servers.map((server) => outcome(server, standingOf(server, after), options)),
    )
    const done = (action: PlannedServer['action']) =>
      servers.filter((server) => server.action === action).map(({ id }) => id)
    if (after !== null)
      log.info('wrote the tool servers of Open WebUI', {
        added: done('add'),
        updated: [...done('update'), ...done('restore')],
        removed: done('remove'),
      })
    const newKeys = new Map([...made].map(([id, key]) => [id, key.id]))
    return { servers, written: after !== null, newKeys }
  } catch (error) {
    // Nothing holds them: Open WebUI was not written, or not so that it could be seen.
    for (const { id } of made.values()) await keys.retire(id, now())
    throw error
  }
}
