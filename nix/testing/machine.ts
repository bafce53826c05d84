/** What `summary.nix` returns of an evaluated configuration, as far as the tests read it. */
export interface UnitSummary {
  enable: boolean
  description: string
  documentation: readonly string[]
  wantedBy: readonly string[]
  requiredBy: readonly string[]
  after: readonly string[]
  before: readonly string[]
  wants: readonly string[]
  requires: readonly string[]
  bindsTo: readonly string[]
  partOf: readonly string[]
  conflicts: readonly string[]
  onFailure: readonly string[]
  unitConfig: Readonly<Record<string, Directive>>
  startLimitIntervalSec: number | null
  startLimitBurst: number | null
}

type Scalar = null | boolean | number | string
export type Directive = Scalar | readonly Scalar[]

export interface ServiceSummary extends UnitSummary {
  serviceConfig: Readonly<Record<string, Directive>>
  environment: Readonly<Record<string, string | null>>
}

export interface TimerSummary extends UnitSummary {
  timerConfig: Readonly<Record<string, Directive>>
}

export interface SocketSummary extends UnitSummary {
  listenStreams: readonly string[]
  socketConfig: Readonly<Record<string, Directive>>
}

export interface ContainerSummary {
  image: string
  serviceName: string
  cmd: readonly string[]
  environment: Readonly<Record<string, string>>
  environmentFiles: readonly string[]
  ports: readonly string[]
  volumes: readonly string[]
  dependsOn: readonly string[]
  extraOptions: readonly string[]
}

export interface MachineSummary {
  ai: Readonly<Record<string, unknown>>
  warnings: readonly string[]
  /** Messages of the assertions that do not hold. */
  failed: readonly string[]
  services: Readonly<Record<string, ServiceSummary>>
  timers: Readonly<Record<string, TimerSummary>>
  sockets: Readonly<Record<string, SocketSummary>>
  tmpfiles: { rules: readonly string[]; settings: Readonly<Record<string, unknown>> }
  containers: Readonly<Record<string, ContainerSummary>>
  caddy: Readonly<Record<string, { hostName: string | null; extraConfig: string }>>
  prometheus: {
    scrapeConfigs: readonly Readonly<Record<string, unknown>>[]
    rules: readonly string[]
    ruleFiles: readonly string[]
  }
  dashboards: { providers: readonly Readonly<Record<string, unknown>>[] } | null
  firewall: readonly number[]
  /** Ports open on one network interface only. */
  firewallInside: Readonly<Record<string, { allowedTCPPorts: readonly number[]; allowedUDPPorts: readonly number[] }>>
  users: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  groups: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  etc: Readonly<Record<string, { text: string | null; source: string | null; mode: string }>>
  variables: Readonly<Record<string, string>>
  packages: readonly string[]
  routes: readonly Readonly<Record<string, unknown>>[]
  ownScrapes: readonly Readonly<Record<string, unknown>>[]
}

/** `Key=value` lines; what systemd takes more than once is a list. */
function directives(values: Readonly<Record<string, Directive>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const each: readonly Scalar[] = Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar]
    return each.filter((item) => item !== null).map((item) => `${name}=${String(item)}`)
  })
}

const ORDER = {
  Documentation: 'documentation',
  After: 'after',
  Before: 'before',
  Wants: 'wants',
  Requires: 'requires',
  BindsTo: 'bindsTo',
  PartOf: 'partOf',
  Conflicts: 'conflicts',
  OnFailure: 'onFailure',
} as const

function unitSection(unit: UnitSummary): string[] {
  const ordering = Object.entries(ORDER).flatMap(([name, key]) =>
    unit[key].length === 0 ? [] : [`${name}=${unit[key].join(' ')}`],
  )
  return [
    '[Unit]',
    `Description=${unit.description}`,
    ...ordering,
    ...(unit.startLimitIntervalSec === null ? [] : [`StartLimitIntervalSec=${unit.startLimitIntervalSec}`]),
    ...(unit.startLimitBurst === null ? [] : [`StartLimitBurst=${unit.startLimitBurst}`]),
    ...directives(unit.unitConfig),
  ]
}

function installSection({ wantedBy, requiredBy }: UnitSummary): string[] {
  const lines = [
    ...(wantedBy.length === 0 ? [] : [`WantedBy=${wantedBy.join(' ')}`]),
    ...(requiredBy.length === 0 ? [] : [`RequiredBy=${requiredBy.join(' ')}`]),
  ]
  return lines.length === 0 ? [] : ['[Install]', ...lines]
}

const file = (...sections: readonly string[][]) => sections.map((lines) => `${lines.join('\n')}\n`).join('\n')

/** The unit file that NixOS makes of a service, for `systemd-analyze` to judge. */
export function serviceUnit(service: ServiceSummary): string {
  const environment = Object.entries(service.environment).flatMap(([name, value]) =>
    value === null ? [] : [`Environment=${JSON.stringify(`${name}=${value}`)}`],
  )
  return file(
    unitSection(service),
    ['[Service]', ...environment, ...directives(service.serviceConfig)],
    installSection(service),
  )
}

/** The unit file that NixOS makes of a timer. */
export function timerUnit(timer: TimerSummary): string {
  return file(unitSection(timer), ['[Timer]', ...directives(timer.timerConfig)], installSection(timer))
}

/** The unit file that NixOS makes of a socket. */
export function socketUnit(socket: SocketSummary): string {
  const listen = socket.listenStreams.map((address) => `ListenStream=${address}`)
  return file(unitSection(socket), ['[Socket]', ...listen, ...directives(socket.socketConfig)], installSection(socket))
}
