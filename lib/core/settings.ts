import { readFileSync } from 'node:fs'
import {
  describeSetting,
  type Json,
  listSettings,
  type LoadedSettings,
  loadSettings,
  type SettingInfo,
  type Settings,
  type SettingSource,
  settingAt,
  validateOverride,
  validateOverrides,
  withCredentials,
} from '../config/index.ts'
import { AppError, type Fault } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'
import type { Store } from '../store/index.ts'
import { didYouMean } from '../text/nearest.ts'

export interface SettingsManagerOptions {
  env: Readonly<Record<string, string | undefined>>
  stateDir: string
  store: Store
  now: () => Date
  log: Logger
}

export interface DescribedSetting extends SettingInfo {
  value: unknown
  source: SettingSource
  /** Set by Nix: it can only be changed there. */
  locked: boolean
}

function settingFaults(faults: readonly Fault[]): AppError {
  const sentence = faults.map((fault) => `${fault.path}: ${fault.message}`).join('\n')
  return new AppError('settings-invalid', sentence, { faults })
}

/** What a person does about a setting that Nix sets. */
function setByNix(path: string): AppError {
  return new AppError(
    'conflict',
    `${path} is set by the Nix configuration of this machine, so it cannot be changed here.`,
    {
      hint: `Change hwc.ai.${path} where the machine sets it (in an exported tree machines/server/config.nix), then rebuild; or take it out there, and it can be changed here.`,
      details: { path, option: `hwc.ai.${path}` },
    },
  )
}

async function readOverrides(store: Store): Promise<Map<string, Json>> {
  const rows = await store.db.selectFrom('setting_values').select(['path', 'value']).execute()
  return new Map(rows.map(({ path, value }): [string, Json] => [path, JSON.parse(value) as Json]))
}

const asText = (overrides: ReadonlyMap<string, Json>) => JSON.stringify([...overrides])

interface Read {
  loaded: LoadedSettings
  /** What was edited in the admin, as one text to compare with. */
  overrides: string
}

/** The settings in force: loaded from all layers, edited in the admin, kept in the store. */
export class SettingsManager {
  readonly #options: SettingsManagerOptions
  #loaded: LoadedSettings
  #current: Settings
  readonly #listeners: (() => void)[] = []
  #version = ''
  #overrides: string

  private constructor(options: SettingsManagerOptions, { loaded, overrides }: Read) {
    this.#options = options
    this.#loaded = loaded
    this.#current = this.#usable(loaded)
    this.#overrides = overrides
  }

  #usable({ settings }: LoadedSettings): Settings {
    return withCredentials(settings, this.#options.env['CREDENTIALS_DIRECTORY'])
  }

  /** @throws AppError `settings-invalid` with every fault of every layer */
  static async open(options: SettingsManagerOptions): Promise<SettingsManager> {
    return new SettingsManager(options, await SettingsManager.#load(options))
  }

  static async #load(options: SettingsManagerOptions): Promise<Read> {
    const overrides = await readOverrides(options.store)
    const loaded = loadSettings({
      env: options.env,
      readFile: (path) => readFileSync(path, 'utf8'),
      stateDir: options.stateDir,
      overrides,
    })
    for (const warning of loaded.warnings)
      options.log.warn('a setting was left out', { path: warning.path, reason: warning.message })
    return { loaded, overrides: asText(overrides) }
  }

  /** The settings to work with: files of secrets are where this process can read them. */
  get current(): Settings {
    return this.#current
  }

  /** The settings in force as they were set, with where each came from. */
  get loaded(): LoadedSettings {
    return this.#loaded
  }

  /** What the file or the environment says of a setting, whatever was edited; undefined where they say nothing. */
  declared(path: string): unknown {
    return this.#loaded.declared.get(path)
  }

  /** Calls back after every change. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  async #reload(): Promise<void> {
    const { loaded, overrides } = await SettingsManager.#load(this.#options)
    this.#loaded = loaded
    this.#current = this.#usable(loaded)
    this.#overrides = overrides
    for (const listener of this.#listeners) listener()
  }

  /**
   * Takes over what another process, such as the command line, has changed. What cannot be taken over, as while the file of the
   * settings is broken, is tried again once anything in the store has changed.
   */
  async reloadIfChanged(): Promise<void> {
    const version = this.#options.store.version()
    if (version === this.#version) return
    this.#version = version
    if (asText(await readOverrides(this.#options.store)) !== this.#overrides) await this.#reload()
  }

  describe(): DescribedSetting[] {
    return listSettings().map((info) => ({
      ...info,
      value: settingAt(this.#loaded.settings, info.path),
      source: this.#loaded.sources.get(info.path) ?? 'default',
      locked: this.#loaded.locked.has(info.path),
    }))
  }

  /**
   * Changes one setting.
   * @throws AppError `not-found`, `settings-invalid`, `conflict` when Nix sets it
   */
  async set(path: string, value: unknown, by: string): Promise<void> {
    this.#assertKnown(path)
    if (this.#loaded.locked.has(path)) throw setByNix(path)
    const faults = validateOverride(path, value, this.#loaded)
    if (faults.length > 0) throw settingFaults(faults)
    const row = { value: JSON.stringify(value), updated_at: this.#options.now().toISOString(), updated_by: by }
    await this.#options.store.db
      .insertInto('setting_values')
      .values({ path, ...row })
      .onConflict((on) => on.column('path').doUpdateSet(row))
      .execute()
    await this.#reload()
  }

  /**
   * Changes several settings at once, all or none.
   * @param values new values by path @param resets paths whose edited value is forgotten
   * @throws AppError `not-found`, `settings-invalid` with every fault, `conflict` when Nix sets one of them
   */
  async change(values: ReadonlyMap<string, unknown>, resets: readonly string[], by: string): Promise<void> {
    for (const path of [...values.keys(), ...resets]) this.#assertKnown(path)
    for (const path of values.keys()) if (this.#loaded.locked.has(path)) throw setByNix(path)
    const faults = this.faultsOf(values, resets)
    if (faults.length > 0) throw settingFaults(faults)
    const at = this.#options.now().toISOString()
    await this.#options.store.db.transaction().execute(async (db) => {
      for (const [path, value] of values) {
        const row = { value: JSON.stringify(value), updated_at: at, updated_by: by }
        const insert = db.insertInto('setting_values').values({ path, ...row })
        await insert.onConflict((on) => on.column('path').doUpdateSet(row)).execute()
      }
      for (const path of resets) await db.deleteFrom('setting_values').where('path', '=', path).execute()
    })
    await this.#reload()
  }

  /** What would be wrong with the settings if {@link change} were called so. */
  faultsOf(values: ReadonlyMap<string, unknown>, resets: readonly string[]): Fault[] {
    return validateOverrides(new Map([...values, ...this.unedited(resets)]), this.#loaded)
  }

  /** What settings would be without the values edited here. */
  unedited(paths: readonly string[]): Map<string, unknown> {
    const { env, stateDir } = this.#options
    const { settings } = loadSettings({ env, readFile: (path) => readFileSync(path, 'utf8'), stateDir })
    return new Map(paths.map((path) => [path, settingAt(settings, path)]))
  }

  /**
   * Takes an edited value back.
   * @throws AppError `not-found`
   */
  async reset(path: string): Promise<void> {
    this.#assertKnown(path)
    await this.#options.store.db.deleteFrom('setting_values').where('path', '=', path).execute()
    await this.#reload()
  }

  #assertKnown(path: string): void {
    if (describeSetting(path) !== undefined) return
    const known = listSettings().map((info) => info.path)
    throw new AppError('not-found', `There is no setting "${path}".${didYouMean(path, known)}`, {
      hint: 'hwc-ai settings lists them all.',
    })
  }
}
