/**
 * Every metric of the app: units in the names, labels with few values. `/metrics`, the dashboard and the alerts are all made
 * from this list; a test compares them.
 */

export interface MetricDefinition {
  type: 'gauge' | 'counter' | 'histogram'
  help: string
  labels: readonly string[]
  /** Upper bounds of a histogram, in its unit. */
  buckets?: readonly number[]
}

export const METRICS = {
  hwc_ai_info: { type: 'gauge', help: 'Always 1; the version is a label.', labels: ['version'] },
  hwc_ai_check_state: {
    type: 'gauge',
    help: '1 for the state that a health check is in, 0 for the others.',
    labels: ['check', 'state'],
  },
  hwc_ai_check_duration_seconds: { type: 'gauge', help: 'How long the last run of a check took.', labels: ['check'] },
  hwc_ai_check_last_run_timestamp_seconds: { type: 'gauge', help: 'When a check last ran.', labels: ['check'] },
  hwc_ai_check_overdue: { type: 'gauge', help: '1 for a check that should have run long since.', labels: ['check'] },
  hwc_ai_incidents_open: { type: 'gauge', help: 'Incidents that are not over.', labels: [] },
  hwc_ai_model_available: {
    type: 'gauge',
    help: '1 for a declared model that is there and answers, else 0.',
    labels: ['model'],
  },
  hwc_ai_model_tokens_per_second: { type: 'gauge', help: 'Speed of a model in its last test.', labels: ['model'] },
  hwc_ai_runs_total: {
    type: 'counter',
    help: 'Runs that have ended, by how they ended.',
    labels: ['workflow', 'operation', 'outcome'],
  },
  hwc_ai_run_duration_seconds: {
    type: 'histogram',
    help: 'How long runs took.',
    labels: ['workflow'],
    buckets: [0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 1800],
  },
  hwc_ai_runs_active: { type: 'gauge', help: 'Runs that go on now.', labels: [] },
  hwc_ai_tokens_total: {
    type: 'counter',
    help: 'Tokens that models read and wrote for runs that have ended.',
    labels: ['workflow', 'kind'],
  },
  hwc_ai_model_queue_running: { type: 'gauge', help: 'Calls of the model that run now.', labels: [] },
  hwc_ai_model_queue_waiting: { type: 'gauge', help: 'Calls of the model that wait for their turn.', labels: [] },
  hwc_ai_model_queue_limit: {
    type: 'gauge',
    help: 'Calls of the model that may wait before more are refused.',
    labels: [],
  },
  hwc_ai_http_requests_total: {
    type: 'counter',
    help: 'Requests of the API that were answered.',
    labels: ['method', 'route', 'code'],
  },
  hwc_ai_http_request_duration_seconds: {
    type: 'histogram',
    help: 'Time until a request of the API was answered; of a stream, until it began.',
    labels: ['method', 'route'],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
  },
  hwc_ai_tool_calls_total: {
    type: 'counter',
    help: 'Calls of tools that this process answered, by server and how they ended; workflows are our own.',
    labels: ['server', 'outcome'],
  },
  hwc_ai_tool_call_duration_seconds: {
    type: 'histogram',
    help: 'How long calls of tools took; of work that went on, until the caller was told so.',
    labels: ['server'],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 300],
  },
  hwc_ai_mcp_processes: { type: 'gauge', help: 'Processes of an MCP server that run now.', labels: ['server'] },
  hwc_ai_mcp_sessions: {
    type: 'gauge',
    help: 'Sessions that clients have with an MCP server behind the gateway.',
    labels: ['server'],
  },
  hwc_ai_mcp_restarts_total: {
    type: 'counter',
    help: 'Starts of an MCP server after it had crashed.',
    labels: ['server'],
  },
  hwc_ai_disk_size_bytes: { type: 'gauge', help: 'Size of the file system of a folder.', labels: ['disk'] },
  hwc_ai_disk_available_bytes: {
    type: 'gauge',
    help: 'Space that is left in the file system of a folder.',
    labels: ['disk'],
  },
  hwc_ai_notifications_total: {
    type: 'counter',
    help: 'Messages about health by notifier and what became of them; failed ones are tried again.',
    labels: ['notifier', 'outcome'],
  },
} as const satisfies Record<string, MetricDefinition>

export type MetricName = keyof typeof METRICS

/** Of prom-client's own metrics of the process, those that the dashboard shows or a person looks for. */
export const PROCESS_METRICS = [
  'process_cpu_seconds_total',
  'process_start_time_seconds',
  'process_resident_memory_bytes',
  'process_open_fds',
  'process_max_fds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_heap_size_used_bytes',
  'nodejs_gc_duration_seconds',
] as const
