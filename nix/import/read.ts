/** Reads the values of an evaluated configuration, as `nix eval --json` prints them, into values of settings. */
import { checkValue, type Folders } from '#lib/config/check.ts'
import { isObject } from '#lib/is-object.ts'
import { childrenOf, SETTINGS, TREE } from '#lib/config/schema/index.ts'
import { isSetting, type Setting } from '#lib/config/schema/types.ts'
import { valuesInTree } from '#lib/config/tree.ts'
import { AppError, type Fault } from '#lib/errors/index.ts'
import { isDeepStrictEqual } from 'node:util'
import { asNix } from '../generate/option.ts'

/** Groups of options that only a machine has, such as the user that the app runs as: they are no settings. */
const MACHINE_ONLY = 'service'

export interface ReadValue {
  setting: Setting<unknown>
  /** As it is stored: a path that stands for the app's state folder says so. */
  raw: unknown
  /** As it would be in force: checked, missing fields filled in, paths resolved. */
  value: unknown
}

function isEmptyGroup(node: unknown): boolean {
  return isSetting(node) || childrenOf(node) === null
}

/** The tree without the options that are no settings. */
function settingsOnly(json: unknown, node: unknown): unknown {
  const children = childrenOf(node)
  if (!isObject(json) || children === null) return json
  const kept = Object.entries(json).filter(([name]) => name !== MACHINE_ONLY || Object.hasOwn(children, name))
  return Object.fromEntries(
    kept.map(([name, inner]) => {
      const child = Object.hasOwn(children, name) ? children[name] : undefined
      return [name, isEmptyGroup(child) ? inner : settingsOnly(inner, child)]
    }),
  )
}

/** Takes off what was printed around the tree: `hwc.ai`, `hwc`, or nothing. */
function unwrap(json: unknown): unknown {
  if (!isObject(json)) return json
  const names = Object.keys(json)
  if (names.length !== 1) return json
  if ('hwc' in json) return unwrap(json['hwc'])
  return 'ai' in json ? json['ai'] : json
}

/** The tree with only the part that was printed. */
function placedAt(json: unknown, at: string): unknown {
  const names = at.replace(/^hwc\.ai\.?/, '').split('.')
  return names.filter((name) => name !== '').reduceRight((inner: unknown, name) => ({ [name]: inner }), json)
}

/**
 * @param at part of `hwc.ai` that the values are of, such as `open-webui`; empty for the whole
 * @returns the values of the settings in it, by path
 * @throws AppError `settings-invalid` with every fault: unknown options, values that do not fit
 */
export function readValues(json: unknown, at: string, folders: Folders): Map<string, ReadValue> {
  const faults: Fault[] = []
  const tree = at === '' ? unwrap(json) : placedAt(json, at)
  const values = new Map<string, ReadValue>()
  for (const [path, given] of valuesInTree(settingsOnly(tree, TREE), faults)) {
    const setting = SETTINGS.get(path)
    if (setting === undefined) continue
    // The state of the exported service lies elsewhere than that of this app: a default stays a default.
    const raw = isDeepStrictEqual(given, asNix(setting.default)) ? setting.default : given
    const checked = checkValue(setting.type, raw, path, folders)
    faults.push(...checked.faults)
    values.set(path, { setting, raw, value: checked.value })
  }
  if (faults.length > 0) throw importFault(faults)
  return values
}

/** All that is wrong with a configuration that was to be imported. */
export function importFault(faults: readonly Fault[]): AppError {
  const sentence = faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('\n')
  return new AppError('settings-invalid', sentence, {
    faults,
    hint: 'Nothing was changed. The file has to hold what `nix eval --json` prints of config.hwc.ai; for a part of it, name the part with --at.',
  })
}
