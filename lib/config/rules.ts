/** Faults that no single setting has, only several together. */
import { isIP } from 'node:net'
import { parseTimeSpan } from '../schedule/timespan.ts'
import type { Settings } from './schema/index.ts'

/** A fault of several settings; `paths` begins with the one that a person would change. */
export interface JointFault {
  paths: readonly [string, ...string[]]
  message: string
}

/** Whether an address is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

/** Ports that this machine would listen on with these settings. */
function ports(settings: Settings): { path: string; port: number }[] {
  const { ollama, mcp, router, agent } = settings
  const all = [
    { path: 'ollama.port', port: ollama.port, on: ollama.enable },
    { path: 'open-webui.port', port: settings['open-webui'].port, on: settings['open-webui'].enable },
    {
      path: 'local-workflows.api.port',
      port: settings['local-workflows'].api.port,
      on: settings['local-workflows'].api.enable,
    },
    { path: 'mcp.proxy.port', port: mcp.proxy.port, on: mcp.enable && mcp.proxy.enable },
    { path: 'router.port', port: router.port, on: router.enable },
    { path: 'agent.port', port: agent.port, on: agent.enable },
  ]
  return all.filter(({ on, port }) => on && port !== 0)
}

function portCollisions(settings: Settings): JointFault[] {
  const used = ports(settings)
  return used.flatMap(({ path, port }, index) => {
    const other = used.slice(0, index).find((earlier) => earlier.port === port)
    return other === undefined
      ? []
      : [{ paths: [path, other.path] as const, message: `port ${port} is also ${other.path}` }]
  })
}

/** A fault unless the condition holds. */
function unless(holds: boolean, message: string, ...paths: [string, ...string[]]): JointFault[] {
  return holds ? [] : [{ paths, message }]
}

function serverFaults({ 'local-workflows': { api, runs } }: Settings): JointFault[] {
  return [
    ...unless(
      api.allowNonLoopback || isLoopback(api.host),
      `"${api.host}" can be reached from other machines: set local-workflows.api.allowNonLoopback to true if that is meant`,
      'local-workflows.api.host',
      'local-workflows.api.allowNonLoopback',
    ),
    ...unless(
      runs.retentionDays === 0 || runs.keepOutputsDays <= runs.retentionDays,
      `results cannot be kept for ${runs.keepOutputsDays} days when their runs are removed after ${runs.retentionDays}`,
      'local-workflows.runs.keepOutputsDays',
      'local-workflows.runs.retentionDays',
    ),
  ]
}

/** Names that the gateway's own addresses take. */
const OWN_SERVERS = new Set(['workflows', 'filesystem-nixos'])

function mcpFaults({ mcp: { proxy, reverseProxy, servers } }: Settings): JointFault[] {
  return [
    ...unless(
      !reverseProxy.enable || reverseProxy.authType !== 'none' || isLoopback(proxy.host),
      `"none" is allowed only while mcp.proxy.host is this machine alone, and it is "${proxy.host}"`,
      'mcp.reverseProxy.authType',
      'mcp.proxy.host',
      'mcp.reverseProxy.enable',
    ),
    ...Object.entries(servers).flatMap(([name, { command, url }]) => [
      ...unless(
        /^[a-z0-9][a-z0-9-]{0,63}$/.test(name) && !OWN_SERVERS.has(name),
        OWN_SERVERS.has(name)
          ? `"${name}" is the name of a server that comes with the app`
          : `"${name}" is not a name: use small letters, digits and hyphens, since it becomes part of an address`,
        'mcp.servers',
      ),
      ...unless((command === null) !== (url === null), `${name} needs either a command or an url`, 'mcp.servers'),
    ]),
  ]
}

function webFaults({ 'open-webui': web }: Settings): JointFault[] {
  return [
    ...unless(
      web.ragOverlap < web.ragChunkSize,
      `the overlap of ${web.ragOverlap} has to be smaller than open-webui.ragChunkSize (${web.ragChunkSize})`,
      'open-webui.ragOverlap',
      'open-webui.ragChunkSize',
    ),
    ...Object.entries(web.tools).flatMap(([name, tool]) =>
      unless(
        !tool.enable || tool.authType !== 'bearer' || tool.keyFile !== null,
        `${name} proves itself with a bearer token, so it needs a keyFile`,
        'open-webui.tools',
      ),
    ),
  ]
}

function cloudFaults({ cloud }: Settings): JointFault[] {
  return (['openai', 'anthropic'] as const).flatMap((provider) =>
    unless(
      !cloud.enable || !cloud[provider].enable || cloud[provider].apiKeyFile !== null,
      `${provider} is enabled, so it needs the file that holds its key`,
      `cloud.${provider}.apiKeyFile`,
      `cloud.${provider}.enable`,
      'cloud.enable',
    ),
  )
}

function otherFaults({ router, health, agent }: Settings): JointFault[] {
  return [
    ...Object.entries(router.modelMappings).flatMap(([name, { local, cloud }]) =>
      unless(local !== null || cloud !== null, `${name} needs a local or a cloud model`, 'router.modelMappings'),
    ),
    ...unless(
      (parseTimeSpan(health.timeout) ?? 0) <= (parseTimeSpan(health.interval) ?? 0),
      `a check may take ${health.timeout}, but the next one begins after ${health.interval}`,
      'health.timeout',
      'health.interval',
    ),
    ...unless(!agent.enable, 'the agent does not exist yet: leave it off', 'agent.enable'),
  ]
}

/** Every fault that settings have together, each valid by itself. */
export function jointFaults(settings: Settings): JointFault[] {
  return [portCollisions, serverFaults, mcpFaults, webFaults, cloudFaults, otherFaults].flatMap((rule) =>
    rule(settings),
  )
}
