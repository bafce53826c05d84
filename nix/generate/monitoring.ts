/** What monitoring loads: the dashboard and the alert rules of the app, as its own definitions have them. */
import { alertRules } from '#lib/metrics/alerts.ts'
import { dashboard } from '#lib/metrics/dashboard.ts'

/** Each file by its path in the tree. */
export function monitoringFiles(): Map<string, string> {
  return new Map([
    ['domains/ai/monitoring/dashboards/ai-services.json', `${JSON.stringify(dashboard(), null, 2)}\n`],
    ['domains/ai/monitoring/alerts/ai-services.yml', alertRules()],
  ])
}
