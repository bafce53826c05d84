/** What the exported tree is made from. */
import type { Settings, SettingSource } from '#lib/config/index.ts'

export interface ExportInput {
  settings: Settings
  /** Where each setting's value comes from, by path; only those that are not at their default become values of the machine. */
  sources: ReadonlyMap<string, SettingSource>
  /** Version of the app. */
  version: string
}

/** Files of the tree: path below its root, with `/` between folders, to the whole text. Sorted by path. */
export type NixTree = ReadonlyMap<string, string>
