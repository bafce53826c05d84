/**
 * A connection as Open WebUI keeps it, in the forms it had from 0.6 to 0.12, and what of it matters here.
 * Read from `routers/configs.py`, `routers/tools.py` and `utils/access_control` of 0.6.5, 0.6.31, 0.6.43, 0.7.2, 0.8.12, 0.10.2
 * and 0.12.4 (https://github.com/open-webui/open-webui).
 */
import * as z from 'zod'
import { digestSecret } from '../auth/secrets.ts'
import type { ConnectionField } from './schemas.ts'

/**
 * How a version says who may use a connection. Until 0.7 `config.access_control`: missing or null is everyone, `{}` the
 * administrators. From 0.8 on `config.access_grants`: missing or empty is the administrators.
 */
export type AccessForm = 'control' | 'grants'

/** A version that says nothing of itself is taken for a new one. */
export function accessForm(version: string | null): AccessForm {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? []
  return Number(major) === 0 && Number(minor) < 8 ? 'control' : 'grants'
}

/** Who may use a connection besides administrators: everyone, or the groups and people named as `group:ID` and `user:ID`. */
export type Access = 'public' | readonly string[]

const text = z.string().catch('')
const ids = z.array(z.string()).catch([])
const grant = z.object({ principal_type: z.string(), principal_id: z.string(), permission: z.string() })

/** Tolerant: whatever is not as expected counts as not given, since others write this list too. */
const connection = z.looseObject({
  url: text,
  path: text,
  type: z.string().catch('openapi'),
  auth_type: z.string().catch('bearer'),
  key: text,
  config: z.looseObject({ enable: z.unknown() }).catch({ enable: false }),
  info: z.looseObject({ id: text, name: text, description: text }).catch({ id: '', name: '', description: '' }),
})

const plain = z.record(z.string(), z.unknown()).catch({})

const control = z.looseObject({ read: z.looseObject({ group_ids: ids, user_ids: ids }).optional() })

/** Fields compared as text; `key` is a digest, `other` the digest of all that this app does not know. */
export type Facts = Readonly<Record<ConnectionField, string>>

export interface Standing {
  id: string
  facts: Facts
  access: Access
  /** The connection as it came. */
  raw: string
  /** Open WebUI fails on it, and then renews the tools of none of the servers in its list. */
  stopsList: boolean
}

/** From 0.6 to 0.12 it takes `config`, and `info` of a server that is on, for objects without looking: `get_tool_servers_data`. */
function stopsList(value: unknown): boolean {
  const entry = plain.parse(value)
  const { config = {}, info, type = 'openapi' } = entry
  if (typeof config !== 'object' || config === null) return true
  return info === null && 'enable' in config && Boolean(config.enable) && type === 'openapi'
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return true
  return typeof value === 'object' && Object.values(value).every(isEmpty)
}

/** JSON with sorted keys, without what is empty: versions differ in which defaults they write out. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.entries(value).filter(([, member]) => !isEmpty(member))
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
    .join(',')}}`
}

function accessOf(config: Readonly<Record<string, unknown>>, form: AccessForm): Access {
  if (form === 'control') {
    const given = config['access_control']
    if (given === null || given === undefined) return 'public'
    const read = control.safeParse(given).data?.read
    return [...(read?.group_ids ?? []).map((id) => `group:${id}`), ...(read?.user_ids ?? []).map((id) => `user:${id}`)]
  }
  const grants = z.array(z.unknown()).catch([]).parse(config['access_grants'])
  const read = grants
    .flatMap((entry) => grant.safeParse(entry).data ?? [])
    .filter(({ permission }) => permission === 'read')
  if (read.some(({ principal_type, principal_id }) => principal_type === 'user' && principal_id === '*'))
    return 'public'
  return read.map(({ principal_type, principal_id }) => `${principal_type}:${principal_id}`)
}

/** The part of a connection that says who may use it. */
function accessConfig(access: Access, form: AccessForm): Record<string, unknown> {
  const parts = access === 'public' ? [] : access.map((principal) => principal.split(/:(.*)/s, 2))
  if (form === 'control') {
    if (access === 'public') return { access_control: null }
    const idsOf = (type: string) => parts.flatMap(([kind, id]) => (kind === type && id !== undefined ? [id] : []))
    const who = { group_ids: idsOf('group'), user_ids: idsOf('user') }
    return { access_control: access.length === 0 ? {} : { read: who, write: { group_ids: [], user_ids: [] } } }
  }
  const principals = access === 'public' ? [['user', '*']] : parts
  return {
    access_grants: principals.map(([principal_type, principal_id]) => ({
      principal_type,
      principal_id,
      permission: 'read',
    })),
  }
}

export function accessText(access: Access): string {
  if (access === 'public') return 'public'
  return access.length === 0 ? 'private' : [...access].sort().join(' ')
}

/** What a connection says, as far as it matters here. */
export function readConnection(raw: string, form: AccessForm): Standing {
  const value: unknown = JSON.parse(raw)
  const parsed = connection.safeParse(value).data ?? connection.parse({})
  const { url, path, type, auth_type, key, config, info, ...rest } = parsed
  const { enable, access_control: _control, access_grants: _grants, ...otherConfig } = config
  const { id, name, description, ...otherInfo } = info
  const other = canonical({ ...rest, config: otherConfig, info: otherInfo })
  const access = accessOf(config, form)
  return {
    id,
    raw,
    access,
    stopsList: stopsList(value),
    facts: {
      url,
      path,
      type,
      auth_type,
      key: key === '' ? '' : digestSecret(key),
      enabled: String(enable === true),
      name,
      description,
      access: accessText(access),
      other: other === '{}' ? '' : digestSecret(other),
    },
  }
}

/** A connection to write. `key` is the secret itself. */
export interface NewConnection {
  id: string
  url: string
  path: string
  type: 'openapi' | 'mcp'
  auth_type: 'bearer' | 'session' | 'none'
  key: string
  enabled: boolean
  name: string
  description: string
  access: Access
}

/** The connection as Open WebUI takes it. Every version needs `path`, `auth_type`, `key` and `config`, be they empty. */
export function writeConnection(wanted: NewConnection, form: AccessForm): Record<string, unknown> {
  const { id, url, path, type, auth_type, key, enabled, name, description, access } = wanted
  return {
    url,
    path,
    type,
    auth_type,
    key,
    config: { enable: enabled, ...accessConfig(access, form) },
    info: { id, name, description },
  }
}

/** The connection as it stands, with some fields as wanted; everything else stays. */
export function changeConnection(
  raw: string,
  wanted: NewConnection,
  fields: readonly ConnectionField[],
  form: AccessForm,
): Record<string, unknown> {
  const fresh = writeConnection(wanted, form)
  const changed = plain.parse(JSON.parse(raw))
  const config = plain.parse(changed['config'])
  const info = plain.parse(changed['info'])
  for (const field of fields)
    if (field === 'enabled') config['enable'] = wanted.enabled
    else if (field === 'access') Object.assign(config, accessConfig(wanted.access, form))
    else if (field === 'name' || field === 'description') info[field] = wanted[field]
    else if (field !== 'other') changed[field] = fresh[field]
  return { ...changed, config, info }
}

/** An address that can be shown: without name, password and query, which may hold secrets. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url === '' ? '' : 'not an address'
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname.replace(/\/+$/, '')}`
}
