/** What Prometheus is told of each server behind the gateway. */
import type { McpServerFigures } from '../metrics/index.ts'
import type { McpGateway } from './gateway/index.ts'

/** Of the servers that are on, as this process sees them. */
export function mcpFigures(gateway: McpGateway): McpServerFigures[] {
  return gateway.servers().flatMap((server) => {
    const { name, enabled, transport } = server.definition
    if (!enabled) return []
    const { processes, sessions, restarts } = server.status()
    const program = transport.kind === 'stdio' ? { processes: processes.length, restarts } : null
    return [{ server: name, sessions, program }]
  })
}
