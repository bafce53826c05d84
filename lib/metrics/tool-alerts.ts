/** Alarms about MCP servers and their tools. */
import type { AlertRule } from './alerts.ts'

const FAILED = 'sum by (server) (increase(hwc_ai_tool_calls_total{outcome="failed"}[15m]))'
/** Those that the server had to answer. */
const ALL = 'sum by (server) (increase(hwc_ai_tool_calls_total{outcome!~"refused|cancelled"}[15m]))'

export const TOOL_ALERTS: readonly AlertRule[] = [
  {
    name: 'HwcAiToolsFail',
    expr: `${FAILED} / ${ALL} > 0.5 and ${FAILED} >= 3`,
    for: '0m',
    severity: 'warning',
    summary: 'Most calls of the tools of {{ $labels.server }} fail',
    description: 'The MCP page shows its calls and what it said; so do hwc-ai mcp list and hwc-ai mcp log NAME.',
    story: {
      series: [
        { series: 'hwc_ai_tool_calls_total{server="wiki",outcome="failed"}', values: '0x5 2 4 6 8 10 10x60' },
        { series: 'hwc_ai_tool_calls_total{server="wiki",outcome="succeeded"}', values: '20x5 21 22 23 24 25 25x60' },
        // Models ask for what there is not: that is no failure of the server.
        { series: 'hwc_ai_tool_calls_total{server="notes",outcome="refused"}', values: '0+5x70' },
        { series: 'hwc_ai_tool_calls_total{server="notes",outcome="failed"}', values: '0x5 1x65' },
        { series: 'hwc_ai_tool_calls_total{server="notes",outcome="succeeded"}', values: '0x70' },
      ],
      firesAt: '11m',
      resolvedAt: '40m',
      labels: { server: 'wiki' },
    },
  },
  {
    name: 'HwcAiMcpServerCrashes',
    expr: 'sum by (server) (increase(hwc_ai_mcp_restarts_total[1h])) >= 3',
    for: '0m',
    severity: 'warning',
    summary: 'The MCP server {{ $labels.server }} keeps crashing',
    description: 'hwc-ai mcp log NAME shows what it said. It may need more memory: hwc.ai.mcp.servers.NAME.memoryMax.',
    story: {
      series: [{ series: 'hwc_ai_mcp_restarts_total{server="wiki"}', values: '0x5 1 2 3 4 4x120' }],
      firesAt: '12m',
      resolvedAt: '100m',
      labels: { server: 'wiki' },
    },
  },
]
