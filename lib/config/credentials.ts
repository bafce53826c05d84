/**
 * Secrets that systemd hands over: the settings name the files as they are on the machine, which only root may read, and systemd
 * lays a copy of each where only this service sees it (`LoadCredential`, https://systemd.io/CREDENTIALS/), named after its setting.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isObject } from '../is-object.ts'
import { SETTINGS } from './schema/index.ts'
import type { Settings } from './schema/index.ts'
import type { TypeSpec } from './schema/types.ts'
import { assembleSettings, settingAt } from './tree.ts'

/** A name of a person's choice may hold what no file name can: it goes by its digest then, here and in the exported modules. */
function safe(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : createHash('sha256').update(name).digest('hex')
}

/** e.g. `health.notifiers.phone.tokenFile`. */
export function credentialName(path: readonly string[]): string {
  return path.map(safe).join('.')
}

type Swap = (path: readonly string[], file: string) => string

function swapped(spec: TypeSpec, secret: boolean, value: unknown, path: readonly string[], swap: Swap): unknown {
  if (secret) return typeof value === 'string' ? swap(path, value) : value
  if (!isObject(value)) return value
  const inner = (name: string, item: unknown): unknown => {
    if (spec.kind === 'attrsOf') return swapped(spec.of, false, item, [...path, name], swap)
    const field = spec.kind === 'submodule' ? spec.fields[name] : undefined
    return field === undefined ? item : swapped(field.type, field.secret, item, [...path, name], swap)
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inner(name, item)]))
}

/**
 * The settings to work with: a secret's file is systemd's copy, where there is one.
 * @param folder `$CREDENTIALS_DIRECTORY`
 */
export function withCredentials(settings: Settings, folder: string | undefined): Settings {
  if (folder === undefined || folder === '') return settings
  const swap: Swap = (path, file) => {
    const copy = join(folder, credentialName(path))
    return existsSync(copy) ? copy : file
  }
  return assembleSettings((path) => {
    const setting = SETTINGS.get(path)
    const value = settingAt(settings, path)
    return setting === undefined ? value : swapped(setting.type, setting.secret, value, path.split('.'), swap)
  })
}
