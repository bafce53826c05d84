/** What the models do: which there are, their runs and their queue. */
import type { Panel } from './panel.ts'

export const WORK_PANELS: readonly Panel[] = [
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
]
