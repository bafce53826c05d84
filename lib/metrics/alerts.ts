/**
 * What Prometheus should raise an alarm about, as rules of its own (https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/).
 * Each rule brings a story that fires and resolves it, which `promtool test rules` plays.
 */
import { stringify } from 'yaml'
import { TOOL_ALERTS } from './tool-alerts.ts'

/** One series of a story in promtool's notation, e.g. `1x10 0x10`, a value for each minute. */
export interface StorySeries {
  series: string
  values: string
}

export interface AlertRule {
  name: string
  expr: string
  /** How long it must hold, e.g. `5m`. */
  for: string
  severity: 'critical' | 'warning'
  summary: string
  /** What to do. */
  description: string
  /** A minute-by-minute story: in it the alert fires at `firesAt` and no longer at `resolvedAt`. */
  story: {
    series: readonly StorySeries[]
    firesAt: string
    resolvedAt: string
    labels?: Readonly<Record<string, string>>
  }
}

/** Name of the scrape job that the export declares. */
export const JOB = 'hwc-ai'

const look = 'Open the health page, or run hwc-ai doctor on the machine.'

export const ALERTS: readonly AlertRule[] = [
  {
    name: 'HwcAiUnreachable',
    expr: `up{job="${JOB}"} == 0`,
    for: '2m',
    severity: 'critical',
    summary: 'hwc-ai does not answer',
    description: 'Look at its service: systemctl status hwc-ai, and its log: journalctl -u hwc-ai.',
    story: {
      series: [{ series: `up{job="${JOB}"}`, values: '0x10 1x10' }],
      firesAt: '5m',
      resolvedAt: '15m',
      labels: { job: JOB },
    },
  },
  {
    name: 'HwcAiCheckDown',
    expr: 'hwc_ai_check_state{state="down"} == 1',
    for: '0m',
    severity: 'critical',
    summary: 'The check {{ $labels.check }} is down',
    description: look,
    story: {
      series: [{ series: 'hwc_ai_check_state{check="ollama",state="down"}', values: '0x5 1x5 0x5' }],
      firesAt: '8m',
      resolvedAt: '14m',
      labels: { check: 'ollama', state: 'down' },
    },
  },
  {
    name: 'HwcAiCheckTroubled',
    expr: 'hwc_ai_check_state{state=~"degraded|unknown"} == 1',
    for: '1h',
    severity: 'warning',
    summary: 'The check {{ $labels.check }} has been {{ $labels.state }} for an hour',
    description: look,
    story: {
      series: [{ series: 'hwc_ai_check_state{check="model-disk",state="degraded"}', values: '1x100 0x20' }],
      firesAt: '90m',
      resolvedAt: '110m',
      labels: { check: 'model-disk', state: 'degraded' },
    },
  },
  {
    name: 'HwcAiChecksStandStill',
    expr: 'max(hwc_ai_check_overdue) > 0',
    for: '5m',
    severity: 'critical',
    summary: 'Checks no longer run',
    description: 'What they said last is of the past. Restart hwc-ai; its log says what it was busy with.',
    story: {
      series: [{ series: 'hwc_ai_check_overdue{check="store"}', values: '0x5 1x10 0x5' }],
      firesAt: '14m',
      resolvedAt: '18m',
    },
  },
  {
    name: 'HwcAiModelUnavailable',
    expr: 'hwc_ai_model_available == 0',
    for: '10m',
    severity: 'critical',
    summary: 'The model {{ $labels.model }} cannot be used',
    description: 'Run hwc-ai models list to see why, and hwc-ai models apply to get it.',
    story: {
      series: [{ series: 'hwc_ai_model_available{model="llama3.2:3b"}', values: '1x5 0x20 1x5' }],
      firesAt: '20m',
      resolvedAt: '28m',
      labels: { model: 'llama3.2:3b' },
    },
  },
  {
    name: 'HwcAiModelSlow',
    expr: 'hwc_ai_model_tokens_per_second < 0.34 * max_over_time(hwc_ai_model_tokens_per_second[7d])',
    for: '30m',
    severity: 'warning',
    summary: 'The model {{ $labels.model }} became three times slower',
    description:
      'It probably no longer runs on the GPU: compare ollama ps, and look whether something else holds its memory.',
    story: {
      series: [{ series: 'hwc_ai_model_tokens_per_second{model="llama3.2:3b"}', values: '60x30 12x60 58x30' }],
      firesAt: '80m',
      resolvedAt: '110m',
      labels: { model: 'llama3.2:3b' },
    },
  },
  {
    name: 'HwcAiRunsFail',
    expr: 'sum by (workflow) (increase(hwc_ai_runs_total{outcome=~"failed|interrupted"}[1h])) >= 3',
    for: '0m',
    severity: 'warning',
    summary: 'Runs of {{ $labels.workflow }} keep failing',
    description: 'Run hwc-ai runs to see why.',
    story: {
      series: [
        {
          series: 'hwc_ai_runs_total{workflow="journaling",operation="write_journal",outcome="failed"}',
          values: '0x10 1 2 3 4 4x120',
        },
      ],
      firesAt: '16m',
      resolvedAt: '100m',
      labels: { workflow: 'journaling' },
    },
  },
  {
    name: 'HwcAiDiskFills',
    expr: '1 - hwc_ai_disk_available_bytes / hwc_ai_disk_size_bytes > 0.9',
    for: '15m',
    severity: 'warning',
    summary: 'The disk of the {{ $labels.disk }} is more than 90 % full',
    description: 'hwc-ai models prune shows what can go.',
    story: {
      series: [
        { series: 'hwc_ai_disk_available_bytes{disk="models"}', values: '500x5 50x30 500x5' },
        { series: 'hwc_ai_disk_size_bytes{disk="models"}', values: '1000x45' },
      ],
      firesAt: '30m',
      resolvedAt: '39m',
      labels: { disk: 'models' },
    },
  },
  {
    name: 'HwcAiModelQueueFull',
    expr: 'hwc_ai_model_queue_waiting >= hwc_ai_model_queue_limit and hwc_ai_model_queue_limit > 0',
    for: '5m',
    severity: 'warning',
    summary: 'More is asked of the model than it can answer',
    description: 'Ask less at a time, take a smaller model, or raise local-workflows.backend.concurrency.',
    story: {
      series: [
        { series: 'hwc_ai_model_queue_waiting', values: '0x5 16x15 0x5' },
        { series: 'hwc_ai_model_queue_limit', values: '16x25' },
      ],
      firesAt: '15m',
      resolvedAt: '23m',
    },
  },
  ...TOOL_ALERTS,
  {
    name: 'HwcAiHttpErrors',
    expr: 'sum(rate(hwc_ai_http_requests_total{code=~"5.."}[10m])) / sum(rate(hwc_ai_http_requests_total[10m])) > 0.05',
    for: '10m',
    severity: 'warning',
    summary: 'More than one request in twenty fails',
    description: 'Look into the log: journalctl -u hwc-ai -p warning.',
    story: {
      series: [
        { series: 'hwc_ai_http_requests_total{method="GET",route="/api/runs",code="200"}', values: '0+10x80' },
        { series: 'hwc_ai_http_requests_total{method="GET",route="/api/runs",code="500"}', values: '0+5x40 200x40' },
      ],
      firesAt: '30m',
      resolvedAt: '65m',
    },
  },
  {
    name: 'HwcAiNotificationsFail',
    expr: 'sum by (notifier) (increase(hwc_ai_notifications_total{outcome="failed"}[1h])) >= 3',
    for: '0m',
    severity: 'warning',
    summary: 'Messages do not reach the notifier {{ $labels.notifier }}',
    description: 'hwc-ai health test-notifier NAME says why.',
    story: {
      series: [
        { series: 'hwc_ai_notifications_total{notifier="phone",outcome="failed"}', values: '0x5 1 2 3 4 4x120' },
      ],
      firesAt: '12m',
      resolvedAt: '100m',
      labels: { notifier: 'phone' },
    },
  },
  {
    name: 'HwcAiEventLoopBlocked',
    expr: `nodejs_eventloop_lag_p99_seconds{job="${JOB}"} > 1`,
    for: '5m',
    severity: 'warning',
    summary: 'hwc-ai is too busy to answer in time',
    description: 'Look at its CPU and at the runs that go on: hwc-ai runs --status running.',
    story: {
      series: [{ series: `nodejs_eventloop_lag_p99_seconds{job="${JOB}"}`, values: '0x5 2x15 0x5' }],
      firesAt: '15m',
      resolvedAt: '23m',
      labels: { job: JOB },
    },
  },
]

/** The rules as a file that Prometheus loads with `rule_files`. */
export function alertRules(): string {
  const rules = ALERTS.map(({ name, expr, for: hold, severity, summary, description }) => ({
    alert: name,
    expr,
    for: hold,
    labels: { severity },
    annotations: { summary, description },
  }))
  return stringify({ groups: [{ name: 'hwc-ai', rules }] }, { lineWidth: 0 })
}
