/**
 * Rules 9 to 11: what services, containers and state need. Only what can be told from the text: a name that is put together
 * while Nix evaluates is not judged. The evaluated units are judged by `systemd-analyze` in the tests.
 */
import type { NixAttribute, NixExpr } from '#lib/syntax/nix/ast.ts'
import { everyExpression } from '#lib/syntax/nix/walk.ts'
import { type Found, foundAt, foundIn, type LintTree, type ModuleFolder, type NixFile, setsBelow } from './files.ts'

/** The text of a string that nothing is put into; null for anything else. */
function literalText(expr: NixExpr): string | null {
  if (expr.kind !== 'string') return null
  const texts = expr.parts.filter((part) => typeof part === 'string')
  return texts.length === expr.parts.length ? texts.join('') : null
}

const sourceOf = (file: NixFile, expr: NixExpr) => file.text.slice(expr.start, expr.end)

interface Service {
  file: NixFile
  name: string
  /** Its settings by name, such as `after`. */
  settings: ReadonlyMap<string, NixAttribute>
  /** Whatever defines its `serviceConfig`, whole or one directive at a time. */
  config: readonly NixAttribute[]
  offset: number
}

interface Parts {
  offset: number
  settings: Map<string, NixAttribute>
  config: NixAttribute[]
}

const none = (offset: number): Parts => ({ offset, settings: new Map(), config: [] })

function servicesOf(file: NixFile): Service[] {
  const services = new Map<string, Parts>()
  for (const { path, binding } of file.definitions) {
    const [first, second, name, setting] = path
    if (first !== 'systemd' || second !== 'services' || name === undefined) continue
    const service = services.get(name) ?? none(binding.start)
    services.set(name, service)
    if (setting === 'serviceConfig') service.config.push(binding)
    if (setting !== undefined && path.length === 4) service.settings.set(setting, binding)
  }
  return [...services].map(([name, service]) => ({ file, name, ...service }))
}

/** The units that a list names in its text, and the variables it is put together from. */
function atomsOf(file: NixFile, expr: NixExpr): { text: string; literal: boolean }[] {
  const strings = [...everyExpression(expr)].filter((inner) => inner.kind === 'string')
  return strings.map((inner) => {
    const text = literalText(inner)
    return { text: text ?? sourceOf(file, inner), literal: text !== null }
  })
}

const isService = (unit: string) => unit.endsWith('.service')

function ownUnits(module: ModuleFolder): Set<string> {
  const names = module.files.flatMap((file) =>
    file.definitions.flatMap(({ path }) => {
      if (path[0] === 'systemd' && path[1] === 'services' && path[2] !== undefined) return [`${path[2]}.service`]
      const container = path[0] === 'virtualisation' && path[2] === 'containers' ? path[3] : undefined
      return container === undefined ? [] : [`podman-${container}.service`, `docker-${container}.service`]
    }),
  )
  return new Set(names)
}

/** Whether an assertion of the module says what to enable. */
function assertsEnabling({ files }: ModuleFolder): boolean {
  return files.some((file) =>
    file.definitions.some(
      ({ path, binding }) => path.at(-1) === 'assertions' && /enable/.test(sourceOf(file, binding.value)),
    ),
  )
}

/** 9. Dependencies are stated as an ordering and as an assertion. */
export function* dependencies({ modules }: LintTree): Generator<Found> {
  for (const module of modules) {
    const own = ownUnits(module)
    for (const { file, name, settings } of module.files.flatMap(servicesOf)) {
      const after = settings.get('after')
      const ordered = after === undefined ? '' : sourceOf(file, after.value)
      for (const kind of ['requires', 'wants', 'bindsTo']) {
        const binding = settings.get(kind)
        if (binding === undefined) continue
        for (const { text, literal } of atomsOf(file, binding.value)) {
          if (!isService(text.replace(/"$/, ''))) continue
          if (!ordered.includes(text))
            yield foundAt(file, binding.start, 'error', `${name} ${kind} ${text} and is not ordered after it`)
          if (literal && !own.has(text) && !assertsEnabling(module))
            yield foundAt(
              file,
              binding.start,
              'error',
              `${name} ${kind} ${text}, and no assertion of the module says what to enable`,
            )
        }
      }
    }
  }
}

const STATE = /^(?:State|Logs|Cache)Directory$/

function stateIn(file: NixFile): number | null {
  if (file.expression === null) return null
  for (const expr of everyExpression(file.expression)) {
    if (expr.kind !== 'set') continue
    for (const binding of expr.bindings) {
      const last = binding.kind === 'attribute' ? binding.path.at(-1) : undefined
      const name = last?.kind === 'static' ? last.name : ''
      const isVolume =
        name === 'volumes' &&
        binding.kind === 'attribute' &&
        binding.value.kind === 'list' &&
        binding.value.items.length > 0
      if (STATE.test(name) || isVolume) return binding.start
    }
  }
  return null
}

/** 10. State has a retention, and a timer that enforces it. */
export function* retention({ modules }: LintTree): Generator<Found> {
  for (const module of modules) {
    const [state] = module.files.flatMap((file) => {
      const offset = stateIn(file)
      return offset === null ? [] : [{ file, offset }]
    })
    if (state === undefined) continue
    const words = [module.readme ?? '', ...module.files.map(({ text }) => text)]
    if (!words.some((text) => /retention/i.test(text)))
      yield foundAt(
        state.file,
        state.offset,
        'warning',
        'keeps state, and neither the module nor its README states a retention',
      )
    if (!setsBelow(module, 'systemd', 'timers'))
      yield foundAt(
        state.file,
        state.offset,
        'warning',
        'keeps state, and the module has no timer that enforces a retention',
      )
  }
}

/** What names are bound to anywhere in a file, functions and sets alike. */
function boundIn(file: NixFile): Map<string, NixExpr> {
  const bound = new Map<string, NixExpr>()
  if (file.expression === null) return bound
  for (const expr of everyExpression(file.expression)) {
    if (expr.kind !== 'let' && expr.kind !== 'set') continue
    for (const binding of expr.bindings) {
      const [only, more] = binding.kind === 'attribute' ? binding.path : []
      if (binding.kind === 'attribute' && only?.kind === 'static' && more === undefined)
        bound.set(only.name, binding.value)
    }
  }
  return bound
}

/** The text of an expression with that of the names it uses, as far as the file binds them. */
function textWithNames(
  file: NixFile,
  expr: NixExpr,
  bound: ReadonlyMap<string, NixExpr>,
  seen = new Set<string>(),
): string {
  const names = [...everyExpression(expr)].flatMap((inner) => (inner.kind === 'variable' ? [inner.name] : []))
  const inner = names.flatMap((name) => {
    const value = bound.get(name)
    if (value === undefined || seen.has(name)) return []
    seen.add(name)
    return [textWithNames(file, value, bound, seen)]
  })
  return [sourceOf(file, expr), ...inner].join('\n')
}

const HARDENED = /\b(?:\w*[Hh]arden\w*|\w*[Ss]andbox\w*|NoNewPrivileges)\b/

/** Bindings with their names, and with what the names in their values are bound to. */
function textOf(file: NixFile, bindings: readonly NixAttribute[], bound: ReadonlyMap<string, NixExpr>): string {
  return bindings
    .map(({ start, value }) => file.text.slice(start, value.start) + textWithNames(file, value, bound))
    .join('\n')
}

function* hardening(service: Service, bound: ReadonlyMap<string, NixExpr>): Generator<Found> {
  const { file, name, settings, config, offset } = service
  const text = textOf(file, config, bound)
  const runs = /\bExecStart\b/.test(text) || settings.has('script')
  if (runs && !HARDENED.test(text))
    yield foundAt(file, config[0]?.start ?? offset, 'error', `the service ${name} is not hardened`)
}

/** Directives of a sandbox that are on or off. */
const SWITCHES =
  /^(?:NoNewPrivileges|Private(?:Tmp|Devices|Network|Users|Mounts)|Protect(?:System|Home|Hostname|Clock|KernelTunables|KernelModules|KernelLogs|ControlGroups)|MemoryDenyWriteExecute|RestrictNamespaces|RestrictRealtime|RestrictSUIDSGID|LockPersonality|RemoveIPC)$/

function isOff(expr: NixExpr): boolean {
  if (expr.kind === 'apply') return isOff(expr.argument)
  if (expr.kind === 'variable') return expr.name === 'false'
  return /^(?:no|false|off|0)$/.test(literalText(expr) ?? '')
}

/** Whether a comment stands on a line or above it, with no empty line between. */
function isExplained(file: NixFile, line: number): boolean {
  for (let at = line - 1; at >= 0 && (file.lines[at] ?? '').trim() !== ''; at--)
    if (/(?:^|\s)#|\/\*/.test(file.lines[at] ?? '')) return true
  return false
}

function* exceptions(file: NixFile): Generator<Found> {
  if (file.expression === null) return
  for (const expr of everyExpression(file.expression)) {
    if (expr.kind !== 'set') continue
    for (const binding of expr.bindings) {
      const last = binding.kind === 'attribute' ? binding.path.at(-1) : undefined
      if (binding.kind !== 'attribute' || last?.kind !== 'static' || !SWITCHES.test(last.name) || !isOff(binding.value))
        continue
      if (!isExplained(file, file.positions.at(binding.start).line))
        yield foundAt(file, binding.start, 'warning', `switches ${last.name} off, and no comment says why`)
    }
  }
}

/** The text of a string with what is put in left open; null for anything else. */
function shape(expr: NixExpr | undefined): string | null {
  return expr?.kind === 'string' ? expr.parts.map((part) => (typeof part === 'string' ? part : '${}')).join('') : null
}

function* containers(file: NixFile, module: ModuleFolder, bound: ReadonlyMap<string, NixExpr>): Generator<Found> {
  const all = file.definitions.filter(
    ({ path }) => path[1] === 'oci-containers' && path[2] === 'containers' && path[3] !== undefined,
  )
  for (const name of new Set(all.map(({ path }) => path[3] ?? ''))) {
    const parts = all.filter(({ path }) => path[3] === name)
    const [first] = parts
    if (first === undefined) continue
    const { binding } = first
    const own = parts.find(({ path }) => path.length === 5 && path[4] === 'image')
    const given = own?.binding.value
    const image = shape(given?.kind === 'variable' ? bound.get(given.name) : (given ?? bound.get('image')))
    if (image !== null && (!/:[^/:]+$/.test(image) || image.endsWith(':latest')))
      yield foundAt(
        file,
        own?.binding.start ?? binding.start,
        'error',
        `the container ${name} has no pinned tag: ${image}`,
      )
    const bindings = parts.map((part) => part.binding)
    if (!/health/i.test(textOf(file, bindings, bound)))
      yield foundAt(file, binding.start, 'error', `the container ${name} has no health check`)
    if (!module.files.some(({ text }) => /\bRestart\s*=|--restart/.test(text)))
      yield foundAt(file, binding.start, 'error', `the container ${name} has no restart policy`)
  }
}

/** 11. Containers are pinned, checked and restarted; services are hardened, each exception explained. */
export function* sandboxes({ files, modules }: LintTree): Generator<Found> {
  for (const module of modules)
    for (const file of module.files) {
      const bound = boundIn(file)
      yield* containers(file, module, bound)
      for (const service of servicesOf(file)) yield* hardening(service, bound)
    }
  for (const file of files.filter(({ path }) => path.startsWith('domains/'))) yield* exceptions(file)
}

/** A file that is no Nix is checked by none of the rules. */
export function* unreadable({ files }: LintTree): Generator<Found> {
  for (const { path, faults, positions } of files) {
    const [fault] = faults
    if (fault !== undefined)
      yield foundIn(path, 'error', `cannot be read as Nix: ${fault.message}`, positions.at(fault.offset).line)
  }
}
