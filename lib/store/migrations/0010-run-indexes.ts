import type { Migration } from '../migrate.ts'

/** One index holds all that counting the runs of each workflow and listing them asks for; ids are in the order of their start. */
export const migration: Migration = {
  id: '0010-run-indexes',
  statements: [
    'DROP INDEX runs_by_start',
    'DROP INDEX runs_by_workflow',
    'CREATE INDEX runs_by_workflow ON runs (workflow, id, status)',
  ],
}
