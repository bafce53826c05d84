/** Writing into Open WebUI's list: what is not ours goes back as it came, and it is read again to see that all arrived. */
import type { ApiKeys } from '../auth/index.ts'
import { digestSecret } from '../auth/secrets.ts'
import { AppError } from '../errors/index.ts'
import type { OpenWebuiClient } from './client.ts'
import { type Compared, NEW_KEY } from './compare.ts'
import {
  type AccessForm,
  changeConnection,
  type Facts,
  type NewConnection,
  readConnection,
  type Standing,
  writeConnection,
} from './connection.ts'
import { KEY_SCOPES } from './look.ts'

/** Name of the keys that are made for Open WebUI, as the list of keys shows it. */
export const KEY_NAME = 'Open WebUI, for the tools of this app'

/** How long the key before goes on working, in milliseconds: a chat keeps the key it began with until its last answer. */
export const KEY_GRACE_MS = 3_600_000

/** How often a list that changes under one's hands is written again. */
export const ATTEMPTS = 3

export interface NewKey {
  id: string
  secret: string
}

export async function makeKey(keys: ApiKeys): Promise<NewKey> {
  const { secret, key } = await keys.create(KEY_NAME, KEY_SCOPES, null)
  return { id: key.id, secret }
}

/** Whether writing this server needs a key that is yet to be made. */
export function needsKey({ desired, facts, standing, about, writes }: Compared): boolean {
  if (desired === null || desired.key !== null || about.action === 'none') return false
  if (about.action === 'adopt' || about.action === 'remove') return false
  if (about.action === 'update') return writes.includes('key')
  return facts?.key === NEW_KEY || standing === null || standing.facts.key !== facts?.key
}

/** The secret that stands in a connection. */
function secretIn(standing: Standing): string {
  const value: unknown = JSON.parse(standing.raw)
  return typeof value === 'object' && value !== null && 'key' in value && typeof value.key === 'string' ? value.key : ''
}

function connectionFor(server: Compared, secret: string | null, form: AccessForm): string | null {
  const { desired, standing, about, writes } = server
  if (desired === null || about.action === 'remove') return null
  const key = desired.key ?? secret ?? (standing === null ? '' : secretIn(standing))
  const wanted: NewConnection = { ...desired, key }
  if (about.action === 'update' && standing !== null)
    return JSON.stringify(changeConnection(standing.raw, wanted, writes, form))
  return JSON.stringify(writeConnection(wanted, form))
}

/**
 * The list with these servers written: each in its old place, new ones at the end, everything else untouched.
 * @param secrets of keys made for servers, by id
 */
export function nextList(
  raw: readonly string[],
  standings: readonly Standing[],
  servers: readonly Compared[],
  secrets: ReadonlyMap<string, NewKey>,
  form: AccessForm,
): string[] {
  const writing = servers.filter(({ about }) => about.action !== 'none' && about.action !== 'adopt')
  const replaced = new Map(
    writing.flatMap((server) => {
      const { standing, about } = server
      return standing === null
        ? []
        : [[standing, connectionFor(server, secrets.get(about.id)?.secret ?? null, form)] as const]
    }),
  )
  const kept = raw.flatMap((text, index) => {
    const standing = standings[index]
    if (standing === undefined || !replaced.has(standing)) return [text]
    return replaced.get(standing) ?? []
  })
  const added = writing
    .filter(({ standing }) => standing === null)
    .flatMap((server) => connectionFor(server, secrets.get(server.about.id)?.secret ?? null, form) ?? [])
  return [...kept, ...added]
}

/** How a server should stand after the writing; null when it should be gone. */
function expected(list: readonly string[], id: string, form: AccessForm): Facts | null {
  return list.map((text) => readConnection(text, form)).find((standing) => standing.id === id)?.facts ?? null
}

function isEqual(a: Facts | null, b: Facts | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/**
 * Writes the list and reads it again.
 * @param unchanged the list as it was when `next` was made from it
 * @returns how the list stands now, or null when someone else wrote it at the same time
 */
export async function writeList(
  client: OpenWebuiClient,
  unchanged: readonly string[],
  next: readonly string[],
  ids: readonly string[],
  form: AccessForm,
): Promise<Standing[] | null> {
  // As late as can be: Open WebUI has no way to write only if nobody else did.
  const now = await client.connections()
  if (now.length !== unchanged.length || now.some((text, index) => text !== unchanged[index])) return null
  await client.replaceConnections(next)
  const after = await client.connections()
  if (!ids.every((id) => isEqual(expected(next, id, form), expected(after, id, form)))) return null
  return after.map((text) => readConnection(text, form))
}

export function lostRace(): AppError {
  return new AppError(
    'conflict',
    `Someone else writes Open WebUI’s list of tool servers at the same time (tried ${ATTEMPTS} times).`,
    {
      hint: 'Save or leave the settings page of Open WebUI, then try again.',
    },
  )
}

/** Digest of a made key, as the facts have it. */
export function digestOf(key: NewKey): string {
  return digestSecret(key.secret)
}
