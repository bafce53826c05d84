/** Random values of settings that the app takes, with the text that people would be unwise to write. */
import fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { SETTINGS } from '#lib/config/schema/index.ts'
import type { TypeSpec } from '#lib/config/index.ts'

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
const text = fc
  .array(fc.constantFrom('a', ' ', "''", '${x}', '"', '\\', '\n', '$$', "'", 'é', '日', '#', '\t', '\r\n'), {
    maxLength: 10,
  })
  .map((pieces) => pieces.join(''))
const name = fc.oneof({ weight: 3, arbitrary: word }, fc.constantFrom('with space', 'a.b', 'or', 'let', '${x}', '"'))
const path = fc.array(fc.oneof({ weight: 4, arbitrary: word }, fc.constantFrom('with space', '${x}', "it's", '日')), { minLength: 1, maxLength: 3 }).map((parts) => `/srv/${parts.join('/')}`) // prettier-ignore
const timeSpan = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.constantFrom('s', 'min', 'h', 'min 30s', ' seconds', '.5min'))
  .map(([amount, unit]) => `${amount}${unit}`)
const twoDigits = (most: number) => fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, '0'))

/** Strings of the patterns that the settings are written with. */
function matching({ pattern = '', not = [] }: Extract<TypeSpec, { kind: 'str' }>): Arbitrary<string> {
  return fc
    .stringMatching(new RegExp(`^(?:${pattern})$`), { size: 'small' })
    .filter((value) => !not.includes(value) && new RegExp(`^(?:${pattern})$`, 'u').test(value) && !/[^ -~]/.test(value))
}

/** A value that fits the type. */
export function valueOf(spec: TypeSpec): Arbitrary<unknown> {
  switch (spec.kind) {
    case 'bool':
      return fc.boolean()
    case 'int':
      return fc.integer({ min: spec.min, max: spec.max })
    case 'port':
      return fc.integer({ min: 1, max: 65_535 })
    case 'str':
      return spec.pattern === undefined ? text : matching(spec)
    case 'url':
      return fc.webUrl({ withFragments: true, withQueryParameters: true }).map((url) => url.replaceAll('@', ''))
    case 'path':
      return path
    case 'timeSpan':
      return timeSpan
    case 'onCalendar':
      return fc.constantFrom('daily', 'hourly', '*:0/15', 'Mon..Fri 02:00', '*-*-01 03:30:00')
    case 'timeOfDay':
      return fc.tuple(twoDigits(23), twoDigits(59)).map((parts) => parts.join(':'))
    case 'enum':
      return fc.constantFrom(...spec.values)
    case 'nullOr':
      return fc.oneof(fc.constant(null), valueOf(spec.of))
    case 'listOf':
      return fc.array(valueOf(spec.of), { maxLength: 3 })
    case 'attrsOf':
      return fc.dictionary(name, valueOf(spec.of), { maxKeys: 2, noNullPrototype: true })
    case 'either':
      return fc.oneof(...spec.options.map(valueOf))
    case 'submodule':
      return fc.record(
        Object.fromEntries(Object.entries(spec.fields).map(([field, { type }]) => [field, valueOf(type)])),
        {
          requiredKeys: Object.keys(spec.fields).filter((field) => spec.fields[field]?.default === undefined),
          noNullPrototype: true,
        },
      )
  }
}

/** A value that no reading of the type allows, whatever it is of. */
export function wrongValue(spec: TypeSpec): unknown {
  switch (spec.kind) {
    case 'bool':
      return 'yes'
    case 'int':
      return spec.max + 1
    case 'port':
      return 65_536
    case 'str':
    case 'submodule':
      return 5
    case 'attrsOf':
      return []
    case 'listOf':
      return 'one'
    case 'nullOr':
      return wrongValue(spec.of)
    case 'either':
      return true
    case 'url':
      return 'ftp://example.org'
    case 'path':
      return 'not/absolute'
    case 'timeSpan':
      return '5 bananas'
    case 'onCalendar':
      return 'never ever!'
    case 'timeOfDay':
      return '25:00'
    case 'enum':
      return 'something else'
  }
}

const loopback = fc.constantFrom('127.0.0.1', 'localhost', '::1')
const seconds = (min: number, max: number) => fc.integer({ min, max }).map((value) => `${value}s`)

function fieldsOf(path: string): Extract<TypeSpec, { kind: 'submodule' }>['fields'] {
  const spec = SETTINGS.get(path)?.type
  if (spec?.kind !== 'attrsOf' || spec.of.kind !== 'submodule') throw new TypeError(`${path} has no fields`)
  return spec.of.fields
}

/** An entry of a set of submodules, with some fields as they must be together. */
const entries = (path: string, keys: Arbitrary<string>, tamed: Record<string, Arbitrary<unknown>>) => {
  const fields = Object.fromEntries(Object.entries(fieldsOf(path)).map(([field, { type }]) => [field, valueOf(type)]))
  const entry = fc.record({ ...fields, ...tamed }, { noNullPrototype: true })
  return fc.dictionary(keys, entry, { maxKeys: 2, noNullPrototype: true })
}

/** Where a value that fits by itself would mostly not fit with the others. */
const TAMED: Readonly<Record<string, Arbitrary<unknown>>> = {
  'agent.enable': fc.constant(false),
  'local-workflows.api.host': loopback,
  'local-workflows.runs.retentionDays': fc.integer({ min: 1000, max: 36_500 }),
  'local-workflows.runs.keepOutputsDays': fc.integer({ min: 0, max: 90 }),
  'mcp.proxy.host': loopback,
  'mcp.servers': entries('mcp.servers', word, { command: text, url: fc.constant(null) }),
  'open-webui.ragOverlap': fc.integer({ min: 0, max: 99 }),
  'open-webui.tools': entries('open-webui.tools', name, { keyFile: path }),
  'router.modelMappings': entries('router.modelMappings', name, { local: text }),
  'health.timeout': seconds(1, 60),
  'health.interval': seconds(60, 600),
  'cloud.openai.apiKeyFile': path,
  'cloud.anthropic.apiKeyFile': path,
}

/** Some settings by path. Together they may still be refused. */
export const someSettings: Arbitrary<Record<string, unknown>> = fc
  .subarray([...SETTINGS], { minLength: 1, maxLength: 40 })
  .chain((chosen) =>
    fc.record(Object.fromEntries(chosen.map(([at, { type }]) => [at, TAMED[at] ?? valueOf(type)])), {
      noNullPrototype: true,
    }),
  )

/** Values by path as a tree. */
export function asTree(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const [at, value] of Object.entries(values)) {
    const names = at.split('.')
    const last = names.pop() ?? at
    let group = root
    for (const step of names) {
      const inner = (group[step] ?? {}) as Record<string, unknown>
      group[step] = inner
      group = inner
    }
    group[last] = value
  }
  return root
}
