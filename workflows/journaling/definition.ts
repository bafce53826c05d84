import { withTimeOfDay } from '#lib/schedule/calendar.ts'
import type { WorkflowDefinition } from '#lib/operations/types.ts'
import { mineLogTemplates } from './operations/mine-templates.ts'
import { listJournalEntries, showJournalEntry } from './operations/read-entries.ts'
import { writeJournal } from './operations/write-journal.ts'

/** How far a scheduled run reaches back when the last entry is long ago, as after a holiday. */
const SCHEDULED_RANGE = '7d'

export const journaling: WorkflowDefinition = {
  id: 'journaling',
  statusKey: 'journaling',
  title: 'Journal',
  description: 'Writes what this machine did into one Markdown entry a day, from its logs.',
  page: '/journal',
  model: 'optional',
  needs: ['chat', 'json-output'],
  mutates: false,
  main: writeJournal.id,
  operations: [writeJournal, listJournalEntries, showJournalEntry, mineLogTemplates],
  configured(settings) {
    const { enable, model, schedule, timeOfDay } = settings['local-workflows'].journaling
    const onCalendar = withTimeOfDay(schedule, timeOfDay)
    return {
      enabled: enable,
      model,
      schedules: [{ enabled: enable, onCalendar, input: { since_last_entry: true, time_range: SCHEDULED_RANGE } }],
    }
  },
}
