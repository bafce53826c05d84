/** Single values of settings: what fits which type, and how to say what does not. */
import { isObject } from '../is-object.ts'
import { parseCalendar } from '../schedule/calendar-parse.ts'
import { parseTimeSpan } from '../schedule/timespan.ts'
import { didYouMean } from '../text/nearest.ts'
import type { TypeSpec } from './schema/types.ts'

/** What paths in the settings may refer to. */
export interface Folders {
  /** Stands behind `$STATE/`. */
  state: string
  /** Stands behind `~/`. */
  home: string
}

type CompositeKind = 'nullOr' | 'listOf' | 'attrsOf' | 'either' | 'submodule'
export type ScalarSpec = Exclude<TypeSpec, { kind: CompositeKind }>

const LONGEST_SHOWN = 60

/** A value as a person reads it in a message; long ones are cut, a password in an address is left out. */
export function shown(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value).replace(/\/\/.*@/, '//[hidden]@')
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}

/** What a type takes, in words that fit after "expected". */
export function expected(spec: TypeSpec): string {
  switch (spec.kind) {
    case 'bool':
      return 'true or false'
    case 'int':
      return `a whole number from ${spec.min} to ${spec.max}`
    case 'port':
      return 'a port from 0 to 65535'
    case 'str':
      return spec.says ?? 'a text'
    case 'url':
      return 'an address that begins with http:// or https:// and holds no password'
    case 'path':
      return 'an absolute path, or one that begins with ~/ or $STATE/'
    case 'timeSpan':
      return 'a time span above 0 such as "5min" or "1h 30min"'
    case 'onCalendar':
      return 'a calendar event such as "daily" or "Mon..Fri 02:00"'
    case 'timeOfDay':
      return 'a time of day such as "02:00"'
    case 'enum':
      return `one of ${spec.values.map((value) => `"${value}"`).join(', ')}`
    case 'nullOr':
      return `${expected(spec.of)}, or null`
    case 'listOf':
      return 'a list'
    case 'attrsOf':
      return 'an object'
    case 'submodule':
      return `an object with ${Object.keys(spec.fields).join(', ')}`
    case 'either':
      return spec.options.map(expected).join(', or ')
  }
}

/** Resolves `~/` and `$STATE/`; null when the path is not absolute then. */
export function resolvePath(value: string, folders: Folders): string | null {
  if (value.includes('\0')) return null
  const resolved = value.replace(/^~(?=\/|$)/, () => folders.home).replace(/^\$STATE(?=\/|$)/, () => folders.state)
  return resolved.startsWith('/') ? resolved : null
}

function isWholeNumber(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
}

function isHttpAddress(value: string): boolean {
  const url = URL.parse(value)
  return url !== null && /^https?:\/\//.test(value) && url.username + url.password === ''
}

function fitsText(spec: ScalarSpec, value: string): boolean {
  switch (spec.kind) {
    case 'str':
      return (
        (spec.pattern === undefined || new RegExp(`^(?:${spec.pattern})$`, 'u').test(value)) &&
        spec.not?.includes(value) !== true
      )
    case 'url':
      return isHttpAddress(value)
    case 'timeSpan':
      return (parseTimeSpan(value) ?? 0) > 0
    case 'onCalendar':
      return parseCalendar(value).ok
    case 'timeOfDay':
      return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(value)
    case 'enum':
      return spec.values.includes(value)
    default:
      return false
  }
}

/**
 * @returns the value, a path resolved; undefined when it does not fit the type
 */
export function scalarValue(spec: ScalarSpec, value: unknown, folders: Folders): unknown {
  if (typeof value === 'string')
    return spec.kind === 'path' ? (resolvePath(value, folders) ?? undefined) : fitsText(spec, value) ? value : undefined
  if (spec.kind === 'bool') return typeof value === 'boolean' ? value : undefined
  if (spec.kind === 'int') return isWholeNumber(value, spec.min, spec.max) ? value : undefined
  if (spec.kind === 'port') return isWholeNumber(value, 0, 65_535) ? value : undefined
  return undefined
}

/** What more can be said about a value that does not fit. */
export function whyNot(spec: ScalarSpec, value: unknown): string {
  if (typeof value !== 'string') return ''
  if (spec.kind === 'enum') return didYouMean(value, spec.values).replace(/^./, '.$&')
  if (spec.kind !== 'onCalendar') return ''
  const parsed = parseCalendar(value)
  return parsed.ok ? '' : `: ${parsed.reason}`
}

/** Whether a value is of the JSON kind that a type takes, whatever its content. */
export function fitsBroadly(spec: TypeSpec, value: unknown): boolean {
  switch (spec.kind) {
    case 'listOf':
      return Array.isArray(value)
    case 'attrsOf':
    case 'submodule':
      return isObject(value)
    case 'bool':
      return typeof value === 'boolean'
    case 'int':
    case 'port':
      return typeof value === 'number'
    case 'nullOr':
      return value === null || fitsBroadly(spec.of, value)
    case 'either':
      return spec.options.some((option) => fitsBroadly(option, value))
    default:
      return typeof value === 'string'
  }
}
