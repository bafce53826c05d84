/** A journal with a past, made from the one entry that there is. */
import { join } from 'node:path'
import Database from 'better-sqlite3'

const DAY_MS = 86_400_000

/** @param date e.g. `2026-03-31` */
export function daysEarlier(date: string, days: number): string {
  return new Date(Date.parse(date) - days * DAY_MS).toISOString().slice(0, 10)
}

/** Puts the entry of a day under earlier days as well, as many days before. @param folder that of the app */
export function copyEntry(folder: string, date: string, daysBefore: readonly number[]): void {
  const db = new Database(join(folder, 'state', 'hwc-ai.sqlite'))
  const copy = db.prepare(
    `INSERT INTO journal_entries SELECT ?, output_path, sha256, from_at, to_at, time_range, lines, replace(facts, ?, ?),
     start_cursors, end_cursors, created_at, updated_at FROM journal_entries WHERE date = ?`,
  )
  for (const before of daysBefore) {
    const day = daysEarlier(date, before)
    copy.run(day, date, day, date)
  }
  db.close()
}
