/** MCP servers and their tools on the dashboard. */
import type { Panel } from './panel.ts'

export const TOOL_PANELS: readonly Panel[] = [
  {
    title: 'Calls of tools',
    description: 'Calls that ended in an hour, by server and how; workflows are our own.',
    kind: 'timeseries',
    unit: 'short',
    queries: [
      {
        expr: 'sum by (server, outcome) (increase(hwc_ai_tool_calls_total[1h])) > 0',
        legend: '{{server}} {{outcome}}',
      },
    ],
    width: 12,
  },
  {
    title: 'Duration of the calls',
    description: 'Half, and nineteen in twenty, took no longer.',
    kind: 'timeseries',
    unit: 's',
    queries: [0.5, 0.95].map((share) => ({
      expr: `histogram_quantile(${share}, sum by (server, le) (rate(hwc_ai_tool_call_duration_seconds_bucket[1h])))`,
      legend: `{{server}} p${share * 100}`,
    })),
    width: 12,
  },
  {
    title: 'MCP servers',
    description: 'Processes of each server that run now, and sessions that clients have with it.',
    kind: 'timeseries',
    unit: 'short',
    queries: [
      { expr: 'hwc_ai_mcp_processes', legend: '{{server}} processes' },
      { expr: 'hwc_ai_mcp_sessions', legend: '{{server}} sessions' },
    ],
    width: 12,
  },
  {
    title: 'Restarts of MCP servers',
    description: 'Starts after a crash in an hour.',
    kind: 'timeseries',
    unit: 'short',
    queries: [{ expr: 'sum by (server) (increase(hwc_ai_mcp_restarts_total[1h]))', legend: '{{server}}' }],
    width: 12,
  },
]
