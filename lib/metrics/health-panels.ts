/** Whether everything works: the app itself, its checks and incidents. */
import { JOB } from './alerts.ts'
import type { Panel } from './panel.ts'

const UP_WORDS = { 1: { text: 'up', color: 'green' }, 0: { text: 'DOWN', color: 'red' } }
const STATE_WORDS = {
  0: { text: 'ok', color: 'green' },
  1: { text: 'unknown', color: 'purple' },
  2: { text: 'degraded', color: 'orange' },
  3: { text: 'down', color: 'red' },
}
const ANY_IS_BAD = [{ value: 1, color: 'red' }]

/** Each check as one number, from good to bad. */
const STATE_NUMBER = [
  'sum by (check) (hwc_ai_check_state{state="unknown"})',
  '2 * sum by (check) (hwc_ai_check_state{state="degraded"})',
  '3 * sum by (check) (hwc_ai_check_state{state="down"})',
].join(' + ')

export const HEALTH_PANELS: readonly Panel[] = [
  {
    title: 'hwc-ai',
    description: 'Whether Prometheus reaches it.',
    kind: 'stat',
    unit: 'none',
    queries: [{ expr: `up{job="${JOB}"}`, legend: 'hwc-ai' }],
    width: 4,
    words: UP_WORDS,
  },
  {
    title: 'Checks down',
    description: 'Health checks that are down now.',
    kind: 'stat',
    unit: 'none',
    queries: [{ expr: 'sum(hwc_ai_check_state{state="down"})', legend: 'down' }],
    width: 4,
    thresholds: ANY_IS_BAD,
  },
  {
    title: 'Open incidents',
    description: 'Incidents that are not over.',
    kind: 'stat',
    unit: 'none',
    queries: [{ expr: 'sum(hwc_ai_incidents_open)', legend: 'open' }],
    width: 4,
    thresholds: ANY_IS_BAD,
  },
  {
    title: 'Overdue checks',
    description: 'Checks that should have run long since.',
    kind: 'stat',
    unit: 'none',
    queries: [{ expr: 'sum(hwc_ai_check_overdue)', legend: 'overdue' }],
    width: 4,
    thresholds: ANY_IS_BAD,
  },
  {
    title: 'Version',
    description: 'Version that runs.',
    kind: 'stat',
    unit: 'none',
    queries: [{ expr: 'hwc_ai_info', legend: '{{version}}' }],
    width: 4,
  },
  {
    title: 'Up for',
    description: 'Time since the process started.',
    kind: 'stat',
    unit: 's',
    queries: [{ expr: `time() - process_start_time_seconds{job="${JOB}"}`, legend: 'up for' }],
    width: 4,
  },
  {
    title: 'State of the checks',
    description: 'Each check over time.',
    kind: 'state-timeline',
    unit: 'none',
    queries: [{ expr: STATE_NUMBER, legend: '{{check}}' }],
    width: 24,
    words: STATE_WORDS,
  },
  {
    title: 'Duration of the checks',
    description: 'How long the last run of each check took.',
    kind: 'timeseries',
    unit: 's',
    queries: [{ expr: 'hwc_ai_check_duration_seconds', legend: '{{check}}' }],
    width: 12,
  },
  {
    title: 'Time since the last run of a check',
    description: 'A line that only rises is a check that stands still.',
    kind: 'timeseries',
    unit: 's',
    queries: [{ expr: 'time() - hwc_ai_check_last_run_timestamp_seconds', legend: '{{check}}' }],
    width: 12,
  },
]
