import type { Store } from '../store/index.ts'

/**
 * Where the scheduler remembers, over restarts, from when the times of a job count: its last start, or when it was first
 * seen. What came after that mark was missed.
 */
export interface ScheduleMarks {
  read(job: string): Promise<Date | null>
  write(job: string, at: Date): Promise<void>
}

const nameOf = (job: string) => `schedule.mark.${job}`

/** Keeps them as facts of the store. */
export function marksIn({ db }: Pick<Store, 'db'>): ScheduleMarks {
  return {
    read: async (job) => {
      const row = await db.selectFrom('facts').select('value').where('name', '=', nameOf(job)).executeTakeFirst()
      const value: unknown = row === undefined ? null : JSON.parse(row.value)
      const at = typeof value === 'string' ? new Date(value) : null
      return at === null || Number.isNaN(at.getTime()) ? null : at
    },
    write: async (job, at) => {
      const row = { value: JSON.stringify(at), updated_at: at.toISOString() }
      await db
        .insertInto('facts')
        .values({ name: nameOf(job), ...row })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute()
    },
  }
}
