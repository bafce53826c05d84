/** What is wanted beside what is there, read at one moment. */
import type { ApiKey, ApiKeys } from '../auth/index.ts'
import { allows } from '../auth/index.ts'
import type { Settings } from '../config/index.ts'
import { AppError } from '../errors/index.ts'
import type { Scope } from '../operations/types.ts'
import type { OpenWebuiClient } from './client.ts'
import { type Compared, compareOther, compareWanted, NEW_KEY, wantedFacts } from './compare.ts'
import { type AccessForm, accessForm, readConnection, type Standing } from './connection.ts'
import { type Desired, desiredServers, type Invalid } from './desired.ts'
import type { Registration, Registrations } from './registrations.ts'

/** What the key of our own tools may do: see, run, and change files that a shown plan names. */
export const KEY_SCOPES: readonly Scope[] = ['read', 'run', 'apply']

export interface Look {
  version: string
  form: AccessForm
  /** The list as text, connection by connection. */
  raw: readonly string[]
  standings: readonly Standing[]
  servers: readonly Compared[]
  invalid: readonly Invalid[]
  registrations: ReadonlyMap<string, Registration>
  /** Names of groups by their principal, `group:ID`. */
  groupNames: ReadonlyMap<string, string>
}

export interface LookOptions {
  client: OpenWebuiClient
  settings: Settings['open-webui']
  selfUrl: string
  keys: ApiKeys
  registrations: Registrations
  /** Ids whose edits in Open WebUI are to be undone. */
  restore?: readonly string[]
  signal?: AbortSignal
}

/** A key that works, may do what the tools need and no more. */
function isFit({ scopes }: ApiKey): boolean {
  return KEY_SCOPES.every((scope) => allows(scopes, scope)) && !scopes.includes('admin')
}

/** Digest of the key that ours should be called with: the one made for it, or the one it was given by other means. */
function ownKey(
  working: ReadonlyMap<string, ApiKey>,
  registration: Registration | null,
  standing: Standing | null,
): string {
  if (registration !== null) {
    for (const [digest, key] of working) if (key.id === registration.keyId) return digest
    return NEW_KEY
  }
  const given = working.get(standing?.facts.key ?? '')
  return standing !== null && given !== undefined && isFit(given) ? standing.facts.key : NEW_KEY
}

/** Reads Open WebUI's list and compares it. Nothing is changed. */
export async function look(options: LookOptions): Promise<Look> {
  const { client, settings, selfUrl, keys, restore = [], signal } = options
  const [version, raw, groups, registrations, working] = await Promise.all([
    client.version(signal),
    client.connections(signal),
    client.groups(signal),
    options.registrations.all(),
    keys.working(),
  ])
  const form = accessForm(version)
  const standings = raw.map((text) => readConnection(text, form))
  const { servers: desired, invalid } = await desiredServers(settings, selfUrl, groups)
  const known = new Set([...desired, ...invalid].map(({ id }) => id))
  const first = new Map<string, Standing>()
  for (const standing of standings) if (!first.has(standing.id)) first.set(standing.id, standing)

  const wanted = (server: Desired): Compared => {
    const standing = first.get(server.id) ?? null
    const registration = registrations.get(server.id) ?? null
    const facts = wantedFacts(server, ownKey(working, registration, standing))
    return compareWanted(server, facts, standing, registration, restore.includes(server.id))
  }
  const others = standings
    .filter((standing) => !known.has(standing.id) || first.get(standing.id) !== standing)
    .map((standing) =>
      compareOther(
        standing,
        registrations.get(standing.id) ?? null,
        standing.id !== '' && first.get(standing.id) !== standing,
      ),
    )
  return {
    version,
    form,
    raw,
    standings,
    servers: [...desired.map(wanted), ...others],
    invalid,
    registrations,
    groupNames: new Map(groups.map(({ id, name }) => [`group:${id}`, name])),
  }
}

/** @throws AppError `not-found` */
export function serverIn({ servers }: Look, id: string): Compared {
  const server = servers.find(({ about }) => about.id === id)
  if (server !== undefined) return server
  throw new AppError('not-found', `There is no tool server "${id}", neither in the settings nor in Open WebUI.`, {
    hint: 'hwc-ai tools list shows those that there are.',
  })
}
