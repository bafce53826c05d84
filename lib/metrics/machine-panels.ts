/** What the app takes and is asked for: requests, disks, messages, the process. */
import { JOB } from './alerts.ts'
import type { Panel } from './panel.ts'

export const MACHINE_PANELS: readonly Panel[] = [
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
