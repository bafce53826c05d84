/** What an import changes: only what is not already so, and as little as possible of it stored. */
import { isDeepStrictEqual as same } from 'node:util'
import { settingAt } from '#lib/config/index.ts'
import type { SettingsManager } from '#lib/core/settings.ts'
import type { ImportResult } from '../operations/schemas.ts'
import { importFault, type ReadValue, readValues } from './read.ts'

export interface ImportPlan {
  changes: ImportResult['changes']
  unchanged: number
  left: ImportResult['left']
  /** To be stored as edited in the admin. */
  values: Map<string, unknown>
  /** Whose edited value is to be forgotten: without it, they are as the configuration says. */
  resets: string[]
}

const BY_NIX = 'the Nix configuration of this machine sets it, so it is changed there'
const DECLARED = 'entries that the file or the environment of this app declares stay'

function planValue(path: string, read: ReadValue, manager: SettingsManager, base: unknown, plan: ImportPlan): void {
  const { setting, raw, value } = read
  const from = settingAt(manager.current, path)
  if (same(from, value)) {
    plan.unchanged++
    return
  }
  if (manager.loaded.locked.has(path)) {
    plan.left.push({ path, reason: BY_NIX })
    return
  }
  const declared = manager.declared(path)
  const isReset = same(value, base)
  const to = isReset || declared === undefined ? value : setting.combine(declared, value)
  if (!same(to, value)) plan.left.push({ path, reason: DECLARED })
  if (same(from, to)) return
  if (isReset) plan.resets.push(path)
  else plan.values.set(path, raw)
  plan.changes.push({ path, from, to, action: isReset ? 'reset' : 'set', restart: setting.restart })
}

/**
 * Plans an import.
 * @param at part of `hwc.ai` that the values are of; empty for the whole
 * @throws AppError `settings-invalid` with every fault, those that the values only have together included
 */
export function planImport(json: unknown, at: string, manager: SettingsManager): ImportPlan {
  const read = readValues(json, at, manager.loaded.folders)
  const base = manager.unedited([...read.keys()])
  const plan: ImportPlan = { changes: [], unchanged: 0, left: [], values: new Map(), resets: [] }
  for (const [path, value] of read) planValue(path, value, manager, base.get(path), plan)
  const faults = manager.faultsOf(plan.values, plan.resets)
  if (faults.length > 0) throw importFault(faults)
  return plan
}
