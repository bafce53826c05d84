/** The log sources there are, by the id an input names them with. */
import type { Settings } from '#lib/config/index.ts'
import { backupReports } from './backup-reports.ts'
import { containerLogs } from './container-logs.ts'
import { nixosRebuilds } from './nixos-rebuilds.ts'
import { systemdJournal } from './systemd-journal.ts'
import type { LogSource } from './types.ts'

export { logFile } from './log-file.ts'
export type * from './types.ts'

/** Makes the sources that have a name of their own. */
export const NAMED_SOURCES: Readonly<Record<string, (settings: Settings) => LogSource>> = {
  'systemd-journal': () => systemdJournal(),
  'container-logs': () => containerLogs(),
  'nixos-rebuilds': () => nixosRebuilds(),
  'backup-reports': (settings) => backupReports(settings['local-workflows'].journaling.backupReportsDir),
}
