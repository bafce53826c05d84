/** Settings from environment variables: every setting has one, named after its path. */
import type { Fault } from '../errors/index.ts'
import { JsonFault, parseJson } from './json.ts'
import { didYouMean } from '../text/nearest.ts'
import { SETTINGS } from './schema/index.ts'
import type { TypeSpec } from './schema/types.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const PREFIX = 'HWC_AI_'
/** Read elsewhere: they are not settings. */
const RESERVED = ['HWC_AI_STATE', 'HWC_AI_CONFIG', 'HWC_AI_CONFIG_FROM', 'HWC_AI_API_KEY_FILE', 'HWC_AI_MCP_SOCKETS']
const RESERVED_PREFIXES = ['HWC_AI_TEST_', 'HWC_AI_CACHE_']
/** Short names that scripts rely on. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['HWC_AI_HOST', 'local-workflows.api.host'],
  ['HWC_AI_PORT', 'local-workflows.api.port'],
])

/** Name of the variable of a setting: `local-workflows.fileCleanup.watchDirs` → `HWC_AI_LOCAL_WORKFLOWS_FILE_CLEANUP_WATCH_DIRS`. */
export function variableOf(path: string): string {
  return (
    PREFIX +
    path
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replaceAll(/[.-]/g, '_')
      .toUpperCase()
  )
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
])

/** Reads a text as its type needs it; what does not fit stays a text, for the check to refuse. */
function readText(spec: TypeSpec, text: string): unknown {
  switch (spec.kind) {
    case 'bool':
      return BOOLEANS.get(text.toLowerCase()) ?? text
    case 'int':
    case 'port':
      return /^-?\d+$/.test(text) ? Number(text) : text
    case 'nullOr':
      return text === 'null' ? null : readText(spec.of, text)
    case 'listOf':
      return text.startsWith('[')
        ? parseJson(text)
        : text
            .split(',')
            .map((item) => item.trim())
            .filter((item) => item !== '')
            .map((item) => readText(spec.of, item))
    case 'attrsOf':
    case 'submodule':
      return text.startsWith('{') ? parseJson(text) : text
    case 'either':
      return /^[[{]/.test(text) ? parseJson(text) : text
    default:
      return text
  }
}

export interface EnvironmentValue {
  /** The variable it came from. */
  variable: string
  value: unknown
}

/**
 * The settings given in the environment. An empty variable counts as not given.
 * @returns values by path, not yet checked against their types, and the variables that are none of ours
 */
export function readEnvironment(env: Environment): { values: Map<string, EnvironmentValue>; faults: Fault[] } {
  const values = new Map<string, EnvironmentValue>()
  const faults: Fault[] = []
  const given = Object.keys(env).filter(
    (name) =>
      name.startsWith(PREFIX) &&
      !RESERVED.includes(name) &&
      !RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)),
  )
  if (given.length === 0) return { values, faults }
  const paths = new Map([...[...SETTINGS.keys()].map((path) => [variableOf(path), path] as const), ...SHORT])
  for (const variable of given.sort()) {
    const text = env[variable]?.trim() ?? ''
    const path = paths.get(variable)
    const setting = path === undefined ? undefined : SETTINGS.get(path)
    if (path === undefined || setting === undefined) {
      faults.push({
        path: variable,
        message: `there is no such setting.${didYouMean(variable, [...paths.keys(), ...RESERVED])}`,
      })
      continue
    }
    if (text === '') continue
    const earlier = values.get(path)
    if (earlier !== undefined && env[earlier.variable]?.trim() !== text)
      faults.push({ path, message: `${earlier.variable} and ${variable} say different things` })
    try {
      values.set(path, { variable, value: readText(setting.type, text) })
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error
      faults.push({ path, message: `is not valid JSON at column ${error.column}: ${error.message} (${variable})` })
    }
  }
  return { values, faults }
}
