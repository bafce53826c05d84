/** The Nix export: this app's settings and stack as a tree of NixOS modules, and back. */
import type { AnyOperation } from '#lib/operations/types.ts'
import { exportOperations } from './operations/export.ts'
import { importOperation } from './operations/import.ts'
import { lintOperation } from './operations/lint.ts'
import { migrateOperation } from './operations/migrate.ts'

export { renderTree } from './render.ts'
export type { ExportInput, NixTree } from './types.ts'

/** What can be done with the export, for the registry. */
export const nixOperations: readonly AnyOperation[] = [
  ...exportOperations,
  importOperation,
  lintOperation,
  migrateOperation,
]
