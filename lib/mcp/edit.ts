/** The list of MCP servers as the admin edits it. What the machine's own configuration declares stays as it is there. */
import type { Json, Settings } from '../config/index.ts'
import type { SettingsManager } from '../core/settings.ts'
import { AppError } from '../errors/index.ts'
import type * as z from 'zod'
import type { ORIGINS, serverSettingsShape } from './schemas.ts'

const PATH = 'mcp.servers'

export type ServerSettings = Settings['mcp']['servers'][string]
export type ServerFields = z.output<z.ZodObject<typeof serverSettingsShape>>

/** The servers that the file or the environment declares. */
export function declaredServers(manager: SettingsManager): Readonly<Record<string, unknown>> {
  const declared = manager.declared(PATH)
  return typeof declared === 'object' && declared !== null ? { ...declared } : {}
}

/** Where a configured server comes from. */
export function originOf(manager: SettingsManager, name: string): (typeof ORIGINS)[number] {
  return Object.hasOwn(declaredServers(manager), name) ? 'declared' : 'admin'
}

function fromFields(fields: ServerFields): ServerSettings {
  const { env_file, key_file, allowed_tools, read_only_paths, read_write_paths, ...rest } = fields
  const { memory_max, cpu_quota, idle_timeout, call_timeout, ...same } = rest
  return {
    ...same,
    envFile: env_file,
    keyFile: key_file,
    allowedTools: allowed_tools,
    readOnlyPaths: read_only_paths,
    readWritePaths: read_write_paths,
    memoryMax: memory_max,
    cpuQuota: cpu_quota,
    idleTimeout: idle_timeout,
    callTimeout: call_timeout,
  }
}

function toFields(settings: ServerSettings): ServerFields {
  const { envFile, keyFile, allowedTools, readOnlyPaths, readWritePaths, ...rest } = settings
  const { memoryMax, cpuQuota, idleTimeout, callTimeout, ...same } = rest
  return {
    ...same,
    args: [...same.args],
    env: { ...same.env },
    env_file: envFile,
    key_file: keyFile,
    allowed_tools: allowedTools === null ? null : [...allowedTools],
    read_only_paths: [...readOnlyPaths],
    read_write_paths: [...readWritePaths],
    memory_max: memoryMax,
    cpu_quota: cpuQuota,
    idle_timeout: idleTimeout,
    call_timeout: callTimeout,
  }
}

/** @throws AppError `not-found` */
export function serverSettings(manager: SettingsManager, name: string) {
  const settings = manager.current.mcp.servers[name]
  if (settings === undefined) throw unknownServer(name)
  return { name, origin: originOf(manager, name), ...toFields(settings) }
}

export function unknownServer(name: string): AppError {
  return new AppError('not-found', `There is no MCP server "${name}" to set up here.`, {
    hint: 'hwc-ai mcp list shows those there are.',
  })
}

/** @throws AppError `conflict` for one that is declared */
function assertEditable(manager: SettingsManager, name: string): void {
  if (originOf(manager, name) === 'declared')
    throw new AppError('conflict', `"${name}" is declared in the configuration of this machine.`, {
      hint: 'Change it there.',
    })
}

/** What was added here, without what is declared. */
function edited(manager: SettingsManager): Record<string, ServerSettings> {
  const declared = declaredServers(manager)
  return Object.fromEntries(
    Object.entries(manager.current.mcp.servers).filter(([name]) => !Object.hasOwn(declared, name)),
  )
}

function asJson(servers: Record<string, ServerSettings>): Json {
  return servers
}

/**
 * Adds a server or changes one that was added here.
 * @throws AppError `conflict`, `settings-invalid` with every fault
 */
export async function setServer(
  manager: SettingsManager,
  name: string,
  fields: ServerFields,
  by: string,
): Promise<void> {
  assertEditable(manager, name)
  await manager.set(PATH, asJson({ ...edited(manager), [name]: fromFields(fields) }), by)
}

/**
 * Takes a server away that was added here.
 * @throws AppError `not-found`, `conflict`
 */
export async function removeServer(manager: SettingsManager, name: string, by: string): Promise<void> {
  if (manager.current.mcp.servers[name] === undefined) throw unknownServer(name)
  assertEditable(manager, name)
  const { [name]: _removed, ...rest } = edited(manager)
  await manager.set(PATH, asJson(rest), by)
}
