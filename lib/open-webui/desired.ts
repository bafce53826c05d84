/** The tool servers that Open WebUI should have: ours first, then those of the settings. */
import { readFile } from 'node:fs/promises'
import type { Settings } from '../config/index.ts'
import { digestSecret } from '../auth/secrets.ts'
import { messageOf } from '../errors/index.ts'
import type { Access, NewConnection } from './connection.ts'
import type { Group } from './client.ts'

/** Id of this app's own connection. */
export const OWN_ID = 'hwc-ai-workflows'

const OWN_NAME = 'Workflows of this machine'
const OWN_DESCRIPTION = 'Tidies folders, writes the journal of this machine, documents source files.'

/** What the settings want of one connection; the key of ours is not among it, since it is made when it is needed. */
export interface Desired extends Omit<NewConnection, 'key'> {
  ours: boolean
  /** The key to send, of the file that the settings name; null for ours. */
  key: string | null
}

/** An entry that cannot be used as it is, and why. */
export interface Invalid {
  id: string
  reason: string
}

/** Open WebUI makes `server:ID` of an id, and takes that apart at colons and bars. */
const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/

type Entry = Settings['open-webui']['tools'][string]

/**
 * Who may use it, as principals of Open WebUI.
 * @returns the names of groups that Open WebUI does not have, when there are any
 */
function principalsOf(access: Entry['access'], groups: readonly Group[]): Access | { missing: string[] } {
  if (access === 'public') return 'public'
  if (access === 'private') return []
  const byName = new Map(groups.map(({ id, name }) => [name, id]))
  const missing = access.filter((name) => !byName.has(name))
  if (missing.length > 0) return { missing }
  return access.map((name) => `group:${byName.get(name) ?? ''}`)
}

async function readKey(file: string | null): Promise<{ key: string } | { reason: string }> {
  if (file === null) return { key: '' }
  try {
    const key = (await readFile(file, 'utf8')).trim()
    return key === '' ? { reason: `The key file ${file} is empty.` } : { key }
  } catch (error) {
    return { reason: `The key file ${file} cannot be read: ${messageOf(error)}` }
  }
}

function own(selfUrl: string, access: Access): Desired {
  return {
    id: OWN_ID,
    url: `${selfUrl}/api/tools`,
    path: 'openapi.json',
    type: 'openapi',
    auth_type: 'bearer',
    key: null,
    enabled: true,
    name: OWN_NAME,
    description: OWN_DESCRIPTION,
    access,
    ours: true,
  }
}

async function fromEntry(id: string, entry: Entry, access: Access): Promise<Desired | Invalid> {
  const read = entry.authType === 'bearer' ? await readKey(entry.keyFile) : { key: '' }
  if ('reason' in read) return { id, reason: read.reason }
  return {
    id,
    url: entry.url,
    path: entry.type === 'mcp' ? '' : entry.path,
    type: entry.type,
    auth_type: entry.authType,
    key: read.key,
    enabled: entry.enable,
    name: id,
    description: entry.description,
    access,
    ours: false,
  }
}

/** @param groups those of Open WebUI */
export async function desiredServers(
  settings: Settings['open-webui'],
  selfUrl: string,
  groups: readonly Group[],
): Promise<{ servers: Desired[]; invalid: Invalid[] }> {
  const servers: Desired[] = []
  const invalid: Invalid[] = []
  const take = async (
    id: string,
    wanted: Entry['access'],
    make: (access: Access) => Desired | Promise<Desired | Invalid>,
  ) => {
    const access = principalsOf(wanted, groups)
    if (typeof access === 'object' && 'missing' in access) {
      const names = access.missing.map((name) => `"${name}"`).join(', ')
      invalid.push({ id, reason: `Open WebUI has no group ${names}; make it there, or change who may use the tools.` })
      return
    }
    const made = await make(access)
    if ('reason' in made) invalid.push(made)
    else servers.push(made)
  }
  await take(OWN_ID, settings.toolAccess, (access) => own(selfUrl, access))
  for (const [id, entry] of Object.entries(settings.tools))
    if (id === OWN_ID)
      invalid.push({
        id,
        reason: `"${OWN_ID}" is the name of this app's own tools, which are registered by themselves.`,
      })
    else if (!ID.test(id))
      invalid.push({
        id,
        reason: 'The name becomes an id in Open WebUI: use letters, digits, dots, hyphens and underscores.',
      })
    else await take(id, entry.access, (access) => fromEntry(id, entry, access))
  return { servers, invalid }
}

/** Digest of the key that a server is to be called with; null for ours. */
export function keyDigest({ key }: Desired): string | null {
  return key === null ? null : key === '' ? '' : digestSecret(key)
}
