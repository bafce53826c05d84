/** Between the `hwc.ai` tree as people write it and its settings by path. */
import type { Fault } from '../errors/index.ts'
import { didYouMean } from '../text/nearest.ts'
import { isObject } from '../is-object.ts'
import { shown } from './scalars.ts'
import { childrenOf, SETTINGS, TREE } from './schema/index.ts'
import type { Settings } from './schema/index.ts'
import { isSetting } from './schema/types.ts'

/** Where a misspelt or misplaced name probably belongs. */
function whereInstead(name: string, siblings: readonly string[], path: string): string {
  const near = didYouMean(name, siblings)
  if (near !== '') return near
  const elsewhere = [...SETTINGS.keys()].filter((known) => known.endsWith(`.${name}`))
  return elsewhere.length === 1 ? ` Did you mean "${elsewhere.join('')}"?` : didYouMean(path, SETTINGS.keys())
}

/**
 * Takes a JSON tree apart into the values of its settings; their types are checked later.
 * @param node part of the schema @param path where that part lies; empty at the top
 */
export function valuesInTree(
  json: unknown,
  faults: Fault[],
  node: unknown = TREE,
  path = '',
  values = new Map<string, unknown>(),
): Map<string, unknown> {
  const children = childrenOf(node) ?? {}
  if (!isObject(json)) {
    faults.push({ path, message: `expected an object with ${Object.keys(children).join(', ')}, got ${shown(json)}` })
    return values
  }
  for (const [name, value] of Object.entries(json)) {
    const at = path === '' ? name : `${path}.${name}`
    const child = Object.hasOwn(children, name) ? children[name] : undefined
    if (child === undefined)
      faults.push({ path: at, message: `there is no such setting.${whereInstead(name, Object.keys(children), at)}` })
    else if (isSetting(child)) values.set(at, value)
    else valuesInTree(value, faults, child, at, values)
  }
  return values
}

function assemble(node: unknown, path: string, valueAt: (path: string) => unknown): unknown {
  if (isSetting(node)) return valueAt(path)
  const children = Object.entries(childrenOf(node) ?? {})
  return Object.fromEntries(
    children.map(([name, child]) => [name, assemble(child, path === '' ? name : `${path}.${name}`, valueAt)]),
  )
}

/** @param valueAt the checked value of each setting, so that the tree has the types the schema promises */
export function assembleSettings(valueAt: (path: string) => unknown): Settings {
  return assemble(TREE, '', valueAt) as Settings
}

/** The value of one setting, e.g. `local-workflows.api.port`; undefined when there is none at that path. */
export function settingAt(settings: Settings, path: string): unknown {
  let node: unknown = settings
  for (const name of path.split('.')) node = isObject(node) && Object.hasOwn(node, name) ? node[name] : undefined
  return node
}
