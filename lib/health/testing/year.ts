/** A year of results, as the history would hold it after its retention, for measuring what reading it costs. */
import type { SqlValue, Store } from '../../store/index.ts'

const COUNT = 200
const DAY_S = 86_400
const HOUR_S = 3600
const RAW_DAYS = 7
const YEAR_DAYS = 400
/** The mean time between two runs at an interval of five minutes. */
export const EVERY_S = 256

/** Columns of a row as this history writes it. */
export const CHECK_COLUMNS = [
  'id',
  'title',
  'first_seen_at',
  'status',
  'since',
  'pending',
  'last_status',
  'expected',
  'actual',
  'last_at',
  'duration_ms',
  'interval_ms',
]
export const BAR_COLUMNS = [
  'width',
  'start',
  'check_n',
  'ok',
  'degraded',
  'down',
  'unknown',
  'duration_ms_sum',
  'duration_ms_max',
]

export const YEAR_CHECKS: readonly string[] = Array.from({ length: COUNT }, (_, i) => `check-${i}`)

function* points(end: number): Generator<SqlValue[]> {
  for (let n = 1; n <= COUNT; n++)
    for (let at = end - RAW_DAYS * DAY_S + EVERY_S; at <= end; at += EVERY_S)
      yield [n, at * 1000, Math.floor(at / EVERY_S) % 97 === 0 ? 3 : 0, 12.5]
}

function* bars(end: number, width: number, days: number): Generator<SqlValue[]> {
  const last = Math.floor(end / width) * width
  for (let n = 1; n <= COUNT; n++)
    for (let start = last - days * DAY_S; start <= last; start += width)
      yield [width, start, n, Math.floor(width / EVERY_S) - 1, 0, 1, 0, 12.5 * (width / EVERY_S), 80.25]
}

function* incidents(end: number): Generator<SqlValue[]> {
  for (let n = 0; n < COUNT; n++)
    for (let month = 0; month < 12; month++) {
      const at = (end - month * 30 * DAY_S - n * 60) * 1000
      yield [
        `inc_${month}_${n}`,
        `check-${n}`,
        `Check ${n}`,
        'down',
        at - 600_000,
        at,
        'an answer',
        'no answer: nothing listens there (ECONNREFUSED)',
        'Look at the service.',
      ]
    }
}

/** Fills the store with 200 checks at an interval of five minutes. */
export async function fillYear(store: Store, now: Date): Promise<void> {
  const end = Math.floor(now.getTime() / 1000)
  const checks = YEAR_CHECKS.map((id) => [
    id,
    id,
    0,
    'ok',
    0,
    0,
    'ok',
    'an answer',
    'HTTP 200',
    end * 1000,
    12.5,
    EVERY_S * 1000,
  ])
  await store.bulkInsert('health_checks', CHECK_COLUMNS, checks)
  await store.bulkInsert('health_points', ['check_n', 'at', 'status', 'duration_ms'], points(end))
  await store.bulkInsert('health_bars', BAR_COLUMNS, bars(end, HOUR_S, RAW_DAYS))
  await store.bulkInsert('health_bars', BAR_COLUMNS, bars(end, DAY_S, YEAR_DAYS))
  await store.bulkInsert(
    'health_incidents',
    ['id', 'check_id', 'title', 'severity', 'started_at', 'ended_at', 'expected', 'actual', 'hint'],
    incidents(end),
  )
}
