import type { AutodocTables } from './migrations/0005-autodoc.ts'
import type { ChatTables } from './migrations/0002-chat.ts'
import type { CleanupTables } from './migrations/0003-cleanup.ts'
import type { CoreTables } from './migrations/0001-core.ts'
import type { HealthTables } from './migrations/0006-health.ts'
import type { ModelTables } from './migrations/0007-models.ts'
import type { PackedCleanupTables } from './migrations/0009-packed-cleanup.ts'
import type { JournalTables } from './migrations/0004-journal.ts'
import type { ToolTables } from './migrations/0008-tools.ts'

/** Every table of the store, as Kysely sees it. Each migration file declares the tables it makes; one that a later step drops is left out. */
export type Tables = CoreTables &
  ChatTables &
  Omit<CleanupTables, 'cleanup_actions'> &
  PackedCleanupTables &
  JournalTables &
  AutodocTables &
  HealthTables &
  ModelTables &
  ToolTables
