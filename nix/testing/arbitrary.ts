/** Random valid settings, from the types of the schema: what comes of a new kind of type is asked of it here as well. */
import fc from 'fast-check'
import { checkValue } from '#lib/config/check.ts'
import { type LoadedSettings, loadSettings, type TypeSpec } from '#lib/config/index.ts'
import { SETTINGS } from '#lib/config/schema/index.ts'

const FOLDERS = { state: '/state', home: '/home/me' }

/** What breaks a careless emitter: Nix's own marks in both kinds of string, escapes, breaks, other scripts, nothing. */
const HOSTILE = [
  '',
  ' ',
  '"',
  "''",
  "'''",
  '${x}',
  '$${x}',
  "''${x}",
  '$',
  '\\',
  '\\${x}',
  '\n',
  '\r\n',
  '\ttab',
  'line\n  indented\n',
  '# no comment',
  '/* nor this */',
  '; } { in let',
  'Grüße 🌱 日本',
  '\u0001\u007f',
  'null',
  'true',
  '<nixpkgs>',
  './here',
]

const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 2, arbitrary: fc.constantFrom(...HOSTILE) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...HOSTILE, 'a', '1'), { maxLength: 4 }).map((parts) => parts.join('')),
  },
)
// A NUL fits neither into a Nix file nor into an environment variable.
const safeText = text.map((value) => value.replaceAll('\0', ''))

const fileName = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/),
  fc.constantFrom('with space', 'Grüße', 'a"b', '${x}', "it''s"),
)
const path = fc.array(fileName, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`)
const host = fc.constantFrom('127.0.0.1', 'localhost', 'ai.example.lan', '[::1]', 'ollama')
const url = fc
  .tuple(
    fc.constantFrom('http', 'https'),
    host,
    fc.option(fc.integer({ min: 1, max: 65_535 })),
    fc.stringMatching(/^[a-z0-9/._~-]{0,12}$/),
  )
  .map(([scheme, name, port, rest]) => `${scheme}://${name}${port === null ? '' : `:${port}`}/${rest}`)
const timeSpan = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom('s', 'min', 'h', 'd', 'ms')), {
    minLength: 1,
    maxLength: 2,
  })
  .map((parts) => parts.map(([count, unit]) => `${count}${unit}`).join(' '))
const twoDigits = (below: number) => fc.integer({ min: 0, max: below - 1 }).map((n) => String(n).padStart(2, '0'))
const timeOfDay = fc.tuple(twoDigits(24), twoDigits(60)).map((parts) => parts.join(':'))
const calendar = fc.oneof(
  fc.constantFrom('daily', 'weekly', 'hourly', '*:0/30', 'Mon..Fri', 'Sat,Sun 10:00', '*-*-01 04:05:06', '2030-02-03'),
  timeOfDay,
)
const attributeName = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/) },
  { weight: 1, arbitrary: fc.constantFrom('with space', 'dot.ted', '${x}', 'in', 'or', '"', '1st', 'Grüße', "a'b") },
)

function candidates(spec: TypeSpec): fc.Arbitrary<unknown> {
  switch (spec.kind) {
    case 'bool':
      return fc.boolean()
    case 'int':
      return fc.integer({ min: spec.min, max: spec.max })
    case 'port':
      return fc.integer({ min: 0, max: 65_535 })
    case 'str':
      return spec.pattern === undefined ? safeText : fc.stringMatching(new RegExp(`^(?:${spec.pattern})$`))
    case 'url':
      return url
    case 'path':
      return path
    case 'timeSpan':
      return timeSpan
    case 'onCalendar':
      return calendar
    case 'timeOfDay':
      return timeOfDay
    case 'enum':
      return fc.constantFrom(...spec.values)
    case 'nullOr':
      return fc.option(valueOf(spec.of), { freq: 3 })
    case 'listOf':
      return fc.array(valueOf(spec.of), { maxLength: 4 })
    case 'attrsOf':
      return fc.dictionary(attributeName, valueOf(spec.of), { maxKeys: 3, noNullPrototype: true })
    case 'either':
      return fc.oneof(...spec.options.map(valueOf))
    case 'submodule': {
      const requiredKeys = Object.entries(spec.fields).flatMap(([name, field]) =>
        field.default === undefined ? [name] : [],
      )
      const fields = Object.fromEntries(Object.entries(spec.fields).map(([name, field]) => [name, valueOf(field.type)]))
      return fc.record(fields, { requiredKeys, noNullPrototype: true })
    }
  }
}

/** Any value that a type takes, as JSON has it. */
export function valueOf(spec: TypeSpec): fc.Arbitrary<unknown> {
  return candidates(spec).filter((value) => checkValue(spec, value, 'value', FOLDERS).faults.length === 0)
}

/** Values for some of the settings, each valid by itself. */
export const someValues: fc.Arbitrary<ReadonlyMap<string, unknown>> = fc
  .subarray([...SETTINGS.keys()], { minLength: 0, maxLength: 25 })
  .chain((paths) =>
    fc.tuple(
      ...paths.map((at) => {
        const setting = SETTINGS.get(at)
        return setting === undefined
          ? fc.constant([at, null] as const)
          : valueOf(setting.type).map((value) => [at, value] as const)
      }),
    ),
  )
  .map((entries) => new Map(entries))

/** Settings as they are loaded with these values: what does not fit together is left out, as the loader does. */
export function loadedWith(values: ReadonlyMap<string, unknown>): LoadedSettings {
  return loadSettings({
    env: { HOME: FOLDERS.home },
    readFile: () => {
      throw new Error('there is no file')
    },
    stateDir: FOLDERS.state,
    overrides: values,
  })
}

/** Random settings that are valid together, with where each value came from. */
export const someSettings: fc.Arbitrary<LoadedSettings> = someValues.map(loadedWith)
