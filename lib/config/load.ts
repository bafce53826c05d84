/** Puts the settings together: defaults, then the file, then the environment, then what was edited in the admin. */
import { AppError, isSystemError, messageOf } from '../errors/index.ts'
import type { Fault } from '../errors/index.ts'
import { checkValue } from './check.ts'
import type { Folders } from './check.ts'
import { readEnvironment } from './environment.ts'
import type { Environment } from './environment.ts'
import { JsonFault, parseJson } from './json.ts'
import { didYouMean } from '../text/nearest.ts'
import { jointFaults } from './rules.ts'
import { resolvePath, shown } from './scalars.ts'
import { SETTINGS } from './schema/index.ts'
import type { Settings } from './schema/index.ts'
import type { Setting } from './schema/types.ts'
import { homeFrom } from './state-dir.ts'
import { assembleSettings, settingAt, valuesInTree } from './tree.ts'

/** `nix` is the file too, where `HWC_AI_CONFIG_FROM=nix` says that Nix wrote it. */
export type SettingSource = 'default' | 'file' | 'nix' | 'environment' | 'admin'

export interface LoadOptions {
  env: Environment
  /** Reads a text file, synchronously; throws as `fs.readFileSync` does. */
  readFile: (path: string) => string
  /** Folder of the app's state, see `stateDirFrom`. */
  stateDir: string
  /** Values edited in the admin, by path. */
  overrides?: ReadonlyMap<string, unknown>
}

export interface LoadedSettings {
  settings: Settings
  /** Where the value of each setting came from. */
  sources: ReadonlyMap<string, SettingSource>
  /** The same for a person: the path of the file or the name of the variable; absent for defaults. */
  origins: ReadonlyMap<string, string>
  /** What the file and the environment say, by path, whatever was edited in the admin. */
  declared: ReadonlyMap<string, unknown>
  /** Paths that Nix sets, so that they can only be changed there; not those whose edited value is merged with the declared one. */
  locked: ReadonlySet<string>
  /** Values edited in the admin that no longer fit and were left out. */
  warnings: readonly Fault[]
  folders: Folders
}

interface Chosen {
  value: unknown
  source: SettingSource
  origin: string
}

type Layer = Map<string, Chosen>

/** The text behind `HWC_AI_CONFIG` and what to call it. */
function configText({ env, readFile, stateDir }: LoadOptions): { text: string; origin: string } | null {
  const given = env['HWC_AI_CONFIG']?.trim() ?? ''
  if (given === '') return null
  // A list is no tree of settings; as JSON it is told so, where as the name of a file it would be said to be missing.
  if (/^[[{]/.test(given)) return { text: given, origin: 'HWC_AI_CONFIG' }
  const path = resolvePath(given, { state: stateDir, home: homeFrom(env) }) ?? given
  return { text: readFile(path), origin: path }
}

/** A JSON fault where the file has one: `line 3, column 7`. */
function configFault(error: unknown, origin: string): Fault {
  if (error instanceof JsonFault)
    return { path: origin, message: `line ${error.line}, column ${error.column}: ${error.message}` }
  const why = isSystemError(error, 'ENOENT') ? 'this file does not exist' : messageOf(error)
  return { path: 'HWC_AI_CONFIG', message: `${origin}: ${why}` }
}

/** Who wrote the configuration: a person, or Nix from the options of the machine. */
function configWriter(env: Environment, faults: Fault[]): 'file' | 'nix' {
  const given = env['HWC_AI_CONFIG_FROM']?.trim() ?? ''
  if (given !== '' && given !== 'nix')
    faults.push({ path: 'HWC_AI_CONFIG_FROM', message: `expected "nix" or nothing, got ${shown(given)}` })
  return given === 'nix' ? 'nix' : 'file'
}

/** @returns null when the file cannot be read */
function fileLayer(options: LoadOptions, folders: Folders, faults: Fault[]): Layer | null {
  const source = configWriter(options.env, faults)
  let origin = options.env['HWC_AI_CONFIG']?.trim() ?? ''
  const found: Fault[] = []
  const layer: Layer = new Map()
  try {
    const config = configText(options)
    if (config === null) return layer
    origin = config.origin
    for (const [path, raw] of valuesInTree(parseJson(config.text), found)) {
      const before = found.length
      const value = checked(path, raw, folders, found)
      if (found.length === before) layer.set(path, { value, source, origin })
    }
    faults.push(...found.map((fault) => ({ ...fault, message: `${fault.message} (in ${origin})` })))
    return layer
  } catch (error) {
    faults.push(configFault(error, origin))
    return null
  }
}

function checked(path: string, raw: unknown, folders: Folders, faults: Fault[]): unknown {
  const setting = SETTINGS.get(path)
  if (setting === undefined) {
    faults.push({ path, message: `there is no such setting.${didYouMean(path, SETTINGS.keys())}` })
    return undefined
  }
  const result = checkValue(setting.type, raw, path, folders)
  faults.push(...result.faults)
  return result.value
}

function environmentLayer(env: Environment, folders: Folders, faults: Fault[]): Layer {
  const layer: Layer = new Map()
  const read = readEnvironment(env)
  faults.push(...read.faults)
  for (const [path, { variable, value }] of read.values) {
    const found: Fault[] = []
    const good = checked(path, value, folders, found)
    if (found.length === 0) layer.set(path, { value: good, source: 'environment', origin: variable })
    faults.push(...found.map((fault) => ({ ...fault, message: `${fault.message} (from ${variable})` })))
  }
  return layer
}

const LEFT_OUT = 'The value edited in the admin was left out'

function adminLayer(overrides: ReadonlyMap<string, unknown>, folders: Folders, warnings: Fault[]): Layer {
  const layer: Layer = new Map()
  for (const [path, raw] of overrides) {
    const found: Fault[] = []
    const value = checked(path, raw, folders, found)
    if (found.length === 0) layer.set(path, { value, source: 'admin', origin: 'edited in the admin' })
    for (const fault of found) warnings.push({ ...fault, message: `${LEFT_OUT}: ${fault.message}` })
  }
  return layer
}

function defaultOf(setting: Setting<unknown>, folders: Folders): unknown {
  const { default: value, type } = setting
  return type.kind === 'path' && typeof value === 'string' ? resolvePath(value, folders) : value
}

/** The paths that Nix sets; a variable of the environment goes before it, as before any file. */
function lockedPaths(below: readonly Layer[]): Set<string> {
  const chosen: Layer = new Map(below.flatMap((layer) => [...layer]))
  return new Set(
    [...chosen]
      .filter(([path, { source }]) => source === 'nix' && SETTINGS.get(path)?.merges !== true)
      .map(([path]) => path),
  )
}

/** Takes out of the admin's values those that Nix sets as well: the two must never disagree. */
function leaveToNix(admin: Layer, locked: ReadonlySet<string>, warnings: Fault[]): void {
  for (const path of locked)
    if (admin.delete(path)) warnings.push({ path, message: `${LEFT_OUT}: the Nix configuration sets it` })
}

/** A later layer goes before an earlier one; some settings keep what was declared when they are edited. */
function overlay(below: readonly Layer[], admin: Layer): Layer {
  const chosen: Layer = new Map(below.flatMap((layer) => [...layer]))
  for (const [path, edited] of admin) {
    const declared = chosen.get(path)
    const setting = declared === undefined ? undefined : SETTINGS.get(path)
    const value = setting === undefined ? edited.value : setting.combine(declared?.value, edited.value)
    chosen.set(path, { ...edited, value })
  }
  return chosen
}

function combine(below: readonly Layer[], admin: Layer, folders: Folders): { settings: Settings; chosen: Layer } {
  const chosen = overlay(below, admin)
  const settings = assembleSettings((path) => {
    const found = chosen.get(path)
    if (found !== undefined) return found.value
    const setting = SETTINGS.get(path)
    return setting && defaultOf(setting, folders)
  })
  return { settings, chosen }
}

function invalid(faults: readonly Fault[]): AppError {
  const [first] = faults
  const what = faults.length === 1 && first !== undefined ? `a fault at ${first.path}` : `${faults.length} faults`
  return new AppError('settings-invalid', `The settings have ${what}, so nothing was started.`, {
    faults,
    hint: 'Correct them and start again; `hwc-ai` reads HWC_AI_CONFIG and the HWC_AI_… variables.',
  })
}

/**
 * Takes out of the admin's values those that do not fit together with the rest, until all do: a value that was good before an
 * upgrade, or before the file changed, must not keep the server from starting.
 * @throws AppError `settings-invalid` when the fault lies in the layers below
 */
function settle(
  below: readonly Layer[],
  admin: Layer,
  folders: Folders,
  warnings: Fault[],
): ReturnType<typeof combine> {
  for (;;) {
    const combined = combine(below, admin, folders)
    const faults = jointFaults(combined.settings)
    if (faults.length === 0) return combined
    const dropped = faults.flatMap(({ paths, message }) =>
      paths.filter((path) => admin.delete(path)).map((path) => ({ path, message: `${LEFT_OUT}: ${message}` })),
    )
    if (dropped.length === 0) throw invalid(faults.map(({ paths: [path], message }) => ({ path, message })))
    warnings.push(...dropped)
  }
}

/** What the good values have wrong together; of a value that is faulty by itself nothing more is said. */
function furtherFaults(below: readonly Layer[], admin: Layer, folders: Folders, faults: readonly Fault[]): Fault[] {
  const isFaulty = (path: string) =>
    faults.some((fault) => `${fault.path}.`.startsWith(`${path}.`) || path.startsWith(`${fault.path}.`))
  return jointFaults(combine(below, admin, folders).settings)
    .filter(({ paths }) => !paths.some((path) => admin.has(path) || isFaulty(path)))
    .map(({ paths: [path], message }) => ({ path, message }))
}

/**
 * @returns the checked settings, with where each came from
 * @throws AppError `settings-invalid` with every fault of the file and the environment at once
 */
export function loadSettings(options: LoadOptions): LoadedSettings {
  const folders: Folders = { state: options.stateDir, home: homeFrom(options.env) }
  const faults: Fault[] = []
  const warnings: Fault[] = []
  const file = fileLayer(options, folders, faults)
  const below = [file ?? new Map(), environmentLayer(options.env, folders, faults)]
  const admin = adminLayer(options.overrides ?? new Map(), folders, warnings)
  if (file === null) throw invalid(faults)
  if (faults.length > 0) throw invalid([...faults, ...furtherFaults(below, admin, folders, faults)])
  const locked = lockedPaths(below)
  leaveToNix(admin, locked, warnings)
  const { settings, chosen } = settle(below, admin, folders, warnings)
  return {
    settings,
    sources: new Map([...SETTINGS.keys()].map((path) => [path, chosen.get(path)?.source ?? 'default'])),
    declared: new Map(below.flatMap((layer) => [...layer].map(([path, { value }]) => [path, value] as const))),
    locked,
    origins: new Map([...chosen].map(([path, { origin }]) => [path, origin])),
    warnings,
    folders,
  }
}

/**
 * Checks values before they are stored as edited in the admin, all of them together.
 * @param changes new values by path
 * @returns every fault; none when the values may be stored
 */
export function validateOverrides(changes: ReadonlyMap<string, unknown>, current: LoadedSettings): Fault[] {
  const faults: Fault[] = []
  const values = new Map([...changes].map(([path, raw]) => [path, checked(path, raw, current.folders, faults)]))
  if (faults.length > 0) return faults
  const settings = assembleSettings((path) => (values.has(path) ? values.get(path) : settingAt(current.settings, path)))
  return jointFaults(settings)
    .filter(({ paths }) => paths.some((path) => values.has(path)))
    .map(({ paths, message }) => ({ path: paths.find((path) => values.has(path)) ?? paths[0], message }))
}

/** Checks one value before it is stored as edited in the admin. */
export function validateOverride(path: string, value: unknown, current: LoadedSettings): Fault[] {
  return validateOverrides(new Map([[path, value]]), current)
}
