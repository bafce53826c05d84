/** Settings as NixOS options. */
import { childrenOf } from '#lib/config/schema/index.ts'
import { isSetting } from '#lib/config/schema/types.ts'
import type { Setting } from '#lib/config/schema/types.ts'
import { Call } from '../emit/index.ts'
import type { NixValue } from '../emit/index.ts'
import { typeOf } from './type.ts'

/** Folder of the service's state and its user's home: what stands for `$STATE` and `~` in an exported tree. */
const STATE_DIR = '/var/lib/hwc-ai'

/** A value of the schema or the settings, which is what JSON can say. */
export function asNix(value: unknown): NixValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value
  if (typeof value === 'string') return value.replace(/^(?:\$STATE|~)(?=\/|$)/, () => STATE_DIR)
  if (Array.isArray(value)) return value.map(asNix)
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asNix(item)]))
  throw new TypeError(`a setting cannot hold a ${typeof value}`)
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

function description({ description: text, unit, type, secret }: Setting<unknown>): string {
  const measured = type.kind === 'nullOr' ? type.of.kind : type.kind
  return [
    text,
    ...(measured === 'int' && unit !== null ? [`Unit: ${unit}.`] : []),
    ...(secret ? ['Only its path is written into the Nix store.'] : []),
  ].join(' ')
}

/** `mkOption { … }` for one setting. */
function optionOf(name: string, setting: Setting<unknown>): NixValue {
  const { type, example } = setting
  return new Call('mkOption', {
    type: typeOf(type, name),
    ...(setting.default === undefined ? {} : { default: asNix(setting.default) }),
    ...(same(example, setting.default) ? {} : { example: asNix(example) }),
    description: description(setting),
  })
}

/** The options of a group of settings, by name. */
export function optionsOf(group: Readonly<Record<string, unknown>>): { readonly [name: string]: NixValue } {
  return Object.fromEntries(
    Object.entries(group).map(([name, node]) => [
      name,
      isSetting(node) ? optionOf(name, node) : optionsOf(childrenOf(node) ?? {}),
    ]),
  )
}
