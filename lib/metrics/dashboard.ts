/** The Grafana dashboard: panels as data, laid out from top to bottom. */
import { JOB } from './alerts.ts'
import { TOOL_PANELS } from './tool-panels.ts'

export interface Query {
  /** PromQL. `$__rate_interval` is the only variable in it. */
  expr: string
  legend: string
}

export interface Panel {
  title: string
  description: string
  kind: 'stat' | 'timeseries' | 'state-timeline' | 'gauge'
  /** Unit as Grafana names it. */
  unit: string
  queries: readonly Query[]
  /** Of 24. */
  width: number
  /** Numbers instead of words for the values, e.g. 1 is "ok". */
  words?: Readonly<Record<string, { text: string; color: string }>>
  /** Where the colours change, from green. */
  thresholds?: readonly { value: number; color: string }[]
}

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

export const PANELS: readonly Panel[] = [
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
  {
    title: 'Models',
    description: 'Whether each declared model can be used.',
    kind: 'state-timeline',
    unit: 'none',
    queries: [{ expr: 'hwc_ai_model_available', legend: '{{model}}' }],
    width: 12,
    words: { 1: { text: 'available', color: 'green' }, 0: { text: 'missing', color: 'red' } },
  },
  {
    title: 'Speed of the models',
    description: 'Tokens per second in the last test; a drop to a third means that the model left the GPU.',
    kind: 'timeseries',
    unit: 'tok/s',
    queries: [{ expr: 'hwc_ai_model_tokens_per_second', legend: '{{model}}' }],
    width: 12,
  },
  {
    title: 'Runs',
    description: 'Runs that ended in an hour, by how.',
    kind: 'timeseries',
    unit: 'short',
    queries: [
      { expr: 'sum by (workflow, outcome) (increase(hwc_ai_runs_total[1h]))', legend: '{{workflow}} {{outcome}}' },
    ],
    width: 12,
  },
  {
    title: 'Duration of the runs',
    description: 'Half, and nineteen in twenty, took no longer.',
    kind: 'timeseries',
    unit: 's',
    queries: [0.5, 0.95].map((share) => ({
      expr: `histogram_quantile(${share}, sum by (workflow, le) (rate(hwc_ai_run_duration_seconds_bucket[1h])))`,
      legend: `{{workflow}} p${share * 100}`,
    })),
    width: 12,
  },
  {
    title: 'Tokens',
    description: 'Tokens that models read and wrote in an hour.',
    kind: 'timeseries',
    unit: 'short',
    queries: [{ expr: 'sum by (workflow, kind) (increase(hwc_ai_tokens_total[1h]))', legend: '{{workflow}} {{kind}}' }],
    width: 12,
  },
  {
    title: 'Model queue',
    description: 'Calls of the model that run and wait, and how many may wait.',
    kind: 'timeseries',
    unit: 'short',
    queries: [
      { expr: 'hwc_ai_model_queue_running', legend: 'running' },
      { expr: 'hwc_ai_model_queue_waiting', legend: 'waiting' },
      { expr: 'hwc_ai_model_queue_limit', legend: 'limit' },
      { expr: 'hwc_ai_runs_active', legend: 'runs' },
    ],
    width: 12,
  },
  ...TOOL_PANELS,
  {
    title: 'Requests',
    description: 'Requests of the API by code.',
    kind: 'timeseries',
    unit: 'reqps',
    queries: [{ expr: 'sum by (code) (rate(hwc_ai_http_requests_total[$__rate_interval]))', legend: '{{code}}' }],
    width: 12,
  },
  {
    title: 'Slowest routes',
    description: 'Nineteen in twenty requests took no longer.',
    kind: 'timeseries',
    unit: 's',
    queries: [
      {
        expr: 'topk(8, histogram_quantile(0.95, sum by (method, route, le) (rate(hwc_ai_http_request_duration_seconds_bucket[$__rate_interval]))))',
        legend: '{{method}} {{route}}',
      },
    ],
    width: 12,
  },
  {
    title: 'Disks',
    description: 'Share of each disk in use.',
    kind: 'gauge',
    unit: 'percentunit',
    queries: [{ expr: '1 - hwc_ai_disk_available_bytes / hwc_ai_disk_size_bytes', legend: '{{disk}}' }],
    width: 8,
    thresholds: [
      { value: 0.8, color: 'orange' },
      { value: 0.9, color: 'red' },
    ],
  },
  {
    title: 'Messages',
    description: 'Messages to the notifiers in a day, by what became of them.',
    kind: 'timeseries',
    unit: 'short',
    queries: [
      {
        expr: 'sum by (notifier, outcome) (increase(hwc_ai_notifications_total[1d]))',
        legend: '{{notifier}} {{outcome}}',
      },
    ],
    width: 8,
  },
  {
    title: 'Process',
    description: 'Memory of the process.',
    kind: 'timeseries',
    unit: 'bytes',
    queries: [
      { expr: `process_resident_memory_bytes{job="${JOB}"}`, legend: 'resident' },
      { expr: `nodejs_heap_size_used_bytes{job="${JOB}"}`, legend: 'heap' },
    ],
    width: 8,
  },
  {
    title: 'Processor',
    description: 'Cores in use, and how late the event loop is at its slowest.',
    kind: 'timeseries',
    unit: 'short',
    queries: [
      { expr: `rate(process_cpu_seconds_total{job="${JOB}"}[$__rate_interval])`, legend: 'cores' },
      { expr: `nodejs_eventloop_lag_p99_seconds{job="${JOB}"}`, legend: 'lag p99 (s)' },
      { expr: `rate(nodejs_gc_duration_seconds_sum{job="${JOB}"}[$__rate_interval])`, legend: 'garbage {{kind}}' },
    ],
    width: 12,
  },
  {
    title: 'Open files',
    description: 'File descriptors, and how many are allowed.',
    kind: 'timeseries',
    unit: 'short',
    queries: [
      { expr: `process_open_fds{job="${JOB}"}`, legend: 'open' },
      { expr: `process_max_fds{job="${JOB}"}`, legend: 'allowed' },
    ],
    width: 12,
  },
]

const HEIGHTS: Readonly<Record<Panel['kind'], number>> = { stat: 4, gauge: 8, timeseries: 8, 'state-timeline': 10 }
const COLUMNS = 24
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' }

function grafanaPanel(
  { title, description, kind, unit, queries, words, thresholds = [] }: Panel,
  id: number,
  gridPos: object,
) {
  const mappings = words === undefined ? [] : [{ type: 'value', options: words }]
  const steps = [{ value: null, color: 'green' }, ...thresholds]
  const bounds = unit === 'percentunit' ? { min: 0, max: 1 } : {}
  return {
    id,
    title,
    description,
    type: kind,
    gridPos,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit, mappings, thresholds: { mode: 'absolute', steps }, ...bounds }, overrides: [] },
    options:
      kind === 'stat'
        ? {
            colorMode: 'background',
            textMode: title === 'Version' ? 'name' : 'auto',
            reduceOptions: { calcs: ['lastNotNull'] },
          }
        : {},
    targets: queries.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode(65 + i),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
  }
}

/** The dashboard as Grafana imports it, `ai-services.json`. */
export function dashboard() {
  let [x, y, rowHeight] = [0, 0, 0]
  const panels = PANELS.map((panel, i) => {
    const h = HEIGHTS[panel.kind]
    if (x + panel.width > COLUMNS) [x, y, rowHeight] = [0, y + rowHeight, 0]
    const placed = grafanaPanel(panel, i + 1, { x, y, w: panel.width, h })
    ;[x, rowHeight] = [x + panel.width, Math.max(rowHeight, h)]
    return placed
  })
  return {
    uid: 'hwc-ai-services',
    title: 'AI services',
    tags: ['hwc-ai'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    refresh: '1m',
    time: { from: 'now-24h', to: 'now' },
    timezone: 'browser',
    templating: { list: [{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' }] },
    panels,
  }
}
