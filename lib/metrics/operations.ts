/** The dashboard and the alert rules, to be taken to where Grafana and Prometheus run. */
import * as z from 'zod'
import type { AnyOperation } from '../operations/types.ts'
import { defineSystemOperation } from '../system/context.ts'
import { alertRules } from './alerts.ts'
import { dashboard } from './dashboard.ts'

export const metricOperations: readonly AnyOperation[] = [
  defineSystemOperation({
    id: 'get_metrics_dashboard',
    title: 'Grafana dashboard',
    description: 'A dashboard of everything at /metrics, as JSON to import into Grafana.',
    http: { method: 'GET', path: '/api/metrics/dashboard' },
    cli: { command: ['metrics', 'dashboard'] },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: z.looseObject({ title: z.string(), panels: z.array(z.looseObject({ title: z.string() })) }),
    examples: [{ title: 'The dashboard', input: {} }],
    run: () => Promise.resolve(dashboard()),
  }),
  defineSystemOperation({
    id: 'get_metrics_alerts',
    title: 'Alert rules',
    description: 'Rules for Prometheus that raise an alarm about what /metrics says, as a YAML file for rule_files.',
    http: { method: 'GET', path: '/api/metrics/alerts' },
    cli: { command: ['metrics', 'alerts'], render: ({ yaml }) => yaml },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: z.object({ yaml: z.string().describe('Content of the rule file') }),
    examples: [{ title: 'The rules', input: {} }],
    run: () => Promise.resolve({ yaml: alertRules() }),
  }),
]
