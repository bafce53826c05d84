/** The settings of the app: one schema (`schema/`), everything else derived from it. */
export { JOURNAL_SOURCES } from './schema/local-workflows.ts'
export { describeSetting, listSections, listSettings } from './schema/index.ts'
export type { SettingInfo, Settings } from './schema/index.ts'
export type { Json, TypeSpec } from './schema/types.ts'
