/** The history of many checks at a glance: one short text for each, made by the database, which is what pages ask for every few seconds. */
import { sql } from 'kysely'
import type { Store } from '../store/index.ts'
import { barStart, DAY_S, HOUR_S } from './history-rows.ts'
import { SHARE_TO_SHOW } from './read.ts'
import { DAYS_SHOWN, HOURS_SHOWN } from './strip-text.ts'

export interface Strips {
  /** The last {@link HOURS_SHOWN} hours and {@link DAYS_SHOWN} days, oldest first; see `strip-text.ts`. */
  hours: string
  days: string
  /** Shares of the results that were not down, 0 to 1; those that could not tell are left out; null when none could. */
  uptime: { day: number | null; week: number | null; quarter: number | null }
}

export interface AllStrips {
  /** By id; a check that never ran is left out. */
  checks: Map<string, Strips>
  /** The last hour (ISO 8601) and the last day (`YYYY-MM-DD`) of the texts. */
  hoursEnd: string
  daysEnd: string
}

interface Row {
  id: string
  /** Each bar as its place, and where not every result was ok its state and what was up: `3 4x250`. */
  tokens: string
  up: number
  down: number
  recentUp: number
  recentDown: number
}

const NOTHING = '.'
const ALL_OK = 'o'
/** One in so many results of a kind shows. */
const FEWEST = sql.lit(Math.round(1 / SHARE_TO_SHOW))
const WEEK_DAYS = 7

/** @param recent from where the second pair of sums counts, in seconds since 1970 */
async function rows(
  { db }: Store,
  ids: readonly string[],
  { width, from, to, recent }: { width: number; from: number; to: number; recent: number },
): Promise<Row[]> {
  // Whole numbers in the text of the query: what is bound is taken for a fraction, which costs twice as much.
  const [w, first, last, since] = [width, from, to, recent].map((number) => sql.lit(number))
  const place = sql`((start - ${first}) / ${w})`
  const shows = (count: string) =>
    sql`${sql.ref(count)} > 0 AND ${sql.ref(count)} * ${FEWEST} >= ok + degraded + down + unknown`
  const state = sql`CASE WHEN ${shows('down')} THEN 'x' WHEN ${shows('degraded')} THEN 'd' WHEN ${shows('unknown')} THEN 'u' ELSE 'o' END`
  const share = sql`CASE WHEN down = 0 THEN '' ELSE 1000 * (ok + degraded) / (ok + degraded + down) END`
  const { rows: found } = await sql<Row>`
    SELECT health_checks.id,
      group_concat(CASE WHEN degraded + down + unknown = 0 THEN ${place} ELSE ${place} || ${state} || ${share} END, ' ') AS tokens,
      sum(ok + degraded) AS up, sum(down) AS down,
      sum(CASE WHEN start >= ${since} THEN ok + degraded ELSE 0 END) AS recentUp,
      sum(CASE WHEN start >= ${since} THEN down ELSE 0 END) AS recentDown
    FROM health_checks CROSS JOIN health_bars ON health_checks.n = health_bars.check_n
    WHERE health_checks.id IN (${sql.join([...ids])}) AND width = ${w} AND start BETWEEN ${first} AND ${last}
    GROUP BY health_checks.n`.execute(db)
  return found
}

function textOf(tokens: string, slots: number): string {
  const places = Array.from({ length: slots }, () => NOTHING)
  for (const token of tokens.split(' ')) {
    const place = parseInt(token, 10)
    places[place] = token.slice(String(place).length) || ALL_OK
  }
  return places.join('')
}

function share(up: number, down: number): number | null {
  return up + down === 0 ? null : up / (up + down)
}

/** The strips of the named checks. */
export async function readStrips(store: Store, ids: readonly string[], now: Date): Promise<AllStrips> {
  const [hour, day] = [barStart(now, HOUR_S), barStart(now, DAY_S)]
  const hoursFrom = hour - (HOURS_SHOWN - 1) * HOUR_S
  const week = day - (WEEK_DAYS - 1) * DAY_S
  const checks = new Map<string, Strips>()
  if (ids.length > 0) {
    const days = { width: DAY_S, from: day - (DAYS_SHOWN - 1) * DAY_S, to: day, recent: week }
    for (const row of await rows(store, ids, days)) {
      const uptime = { day: null, week: share(row.recentUp, row.recentDown), quarter: share(row.up, row.down) }
      checks.set(row.id, { hours: NOTHING.repeat(HOURS_SHOWN), days: textOf(row.tokens, DAYS_SHOWN), uptime })
    }
    const hours = { width: HOUR_S, from: hoursFrom, to: hour, recent: hoursFrom }
    for (const row of await rows(store, ids, hours)) {
      const known = checks.get(row.id)
      if (known === undefined) continue
      known.hours = textOf(row.tokens, HOURS_SHOWN)
      known.uptime.day = share(row.up, row.down)
    }
  }
  return {
    checks,
    hoursEnd: new Date(hour * 1000).toISOString(),
    daysEnd: new Date(day * 1000).toISOString().slice(0, 10),
  }
}
