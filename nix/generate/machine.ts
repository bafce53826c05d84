/** The machine's own file: the values set in this app, as a person would have written them. */
import { settingAt } from '#lib/config/index.ts'
import type { TypeSpec } from '#lib/config/index.ts'
import { SETTINGS } from '#lib/config/schema/index.ts'
import { isObject } from '#lib/is-object.ts'
import { escapeText, nixName, Raw, toNix } from '../emit/index.ts'
import type { NixValue } from '../emit/index.ts'
import type { ExportInput } from '../types.ts'
import { asNix } from './option.ts'

/** Values by the steps of their path. */
class Group extends Map<string, Group | { value: NixValue }> {}

/** Said even at their default, since the profiles of the tree say otherwise for who says nothing. */
const ALWAYS = ['enable', 'local-workflows.enable']

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** Without the fields that say what holds anyway. */
function brief(spec: TypeSpec, value: unknown): unknown {
  if (spec.kind === 'listOf' && Array.isArray(value)) return value.map((item: unknown) => brief(spec.of, item))
  if (spec.kind === 'nullOr') return brief(spec.of, value)
  if (!isObject(value)) return value
  const entries = Object.entries(value)
  // In the order that Nix gives them back in, so that the same settings are always the same text.
  if (spec.kind === 'attrsOf')
    return Object.fromEntries(
      entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, brief(spec.of, item)]),
    )
  if (spec.kind === 'either') return spec.options.reduce((kept: unknown, option) => brief(option, kept), value)
  if (spec.kind !== 'submodule') return value
  return Object.fromEntries(
    entries.flatMap(([name, item]) => {
      const field = spec.fields[name]
      return field === undefined || same(item, field.default) ? [] : [[name, brief(field.type, item)]]
    }),
  )
}

/**
 * Paths below a person's home or a mount point name the machine they were set on: they are said by the options that say
 * where those lie.
 */
function located(text: string): NixValue {
  const [, person, below] = /^\/home\/([a-z_][a-z0-9_-]*)((?:\/.*)?)$/s.exec(text) ?? []
  if (person !== undefined && below !== undefined) return new Raw(`"\${homeOf "${person}"}${escapeText(below)}"`, true)
  if (text.startsWith('/home/')) return new Raw(`"\${homes}${escapeText(text.slice('/home'.length))}"`, true)
  return text.startsWith('/mnt/') ? new Raw(`"\${mounts}${escapeText(text.slice('/mnt'.length))}"`, true) : text
}

function nixOf(value: unknown): NixValue {
  if (typeof value === 'string') return located(value)
  if (Array.isArray(value)) return value.map(nixOf)
  if (!isObject(value)) return asNix(value)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, nixOf(item)]))
}

/** The values to be set, as the tree `hwc.ai` has them. */
function chosenValues({ settings, sources }: ExportInput): Group {
  const root = new Group()
  for (const [path, { type, default: standard }] of SETTINGS) {
    const said = settingAt(settings, path)
    // One that was set to its default is as one that was never set: that is all that an evaluated machine can say of it.
    const isDefault =
      (sources.get(path) ?? 'default') === 'default' || (standard !== undefined && same(asNix(said), asNix(standard)))
    if (isDefault && !ALWAYS.includes(path)) continue
    const names = path.split('.')
    let group = root
    for (const name of names.slice(0, -1)) {
      const known = group.get(name)
      const inner = known instanceof Group ? known : new Group()
      group.set(name, inner)
      group = inner
    }
    group.set(names.at(-1) ?? path, { value: nixOf(brief(type, said)) })
  }
  return root
}

/** A group of one is a longer path rather than a block. */
function bindings(group: Group, indent: string, before = ''): string {
  return [...group]
    .map(([name, inner]) => {
      const path = `${before}${nixName(name)}`
      if (!(inner instanceof Group)) return `${indent}${path} = ${toNix(inner.value, indent)};\n`
      if (inner.size === 1) return bindings(inner, indent, `${path}.`)
      return `${indent}${path} = {\n${bindings(inner, `${indent}  `)}${indent}};\n`
    })
    .join('')
}

const LET: readonly { used: RegExp; text: string }[] = [
  { used: /\$\{homes\}|\bhomeOf "/, text: '  homes = "/home";\n' },
  {
    used: /\bhomeOf "/,
    text: '  homeOf = name: config.users.users.${name}.home or "${homes}/${name}";\n',
  },
  { used: /\$\{mounts\}/, text: '  mounts = "/mnt";\n' },
]

/** Said where a person would otherwise wonder why a machine with this tree does nothing. */
function whatIsOff(settings: ExportInput['settings']): string {
  if (!settings.enable)
    return '  # Off in the settings of the app, hence here: nothing of this tree runs until `enable` is true.\n'
  if (!settings['local-workflows'].enable)
    return '  # The app is off in its own settings, hence here: it does not run until `local-workflows.enable` is true.\n'
  return ''
}

/** `machines/server/config.nix`. */
export function machineFile(input: ExportInput): string {
  const body = bindings(chosenValues(input), '    ')
  const helpers = LET.filter(({ used }) => used.test(body)).map(({ text }) => text)
  return `# Generated by hwc-ai: what is set in the app. A value that is not here is at its default.
{ ${body.includes('homeOf "') ? 'config, ' : ''}... }:
${helpers.length === 0 ? '' : `let\n${helpers.join('')}in\n`}{
  imports = [
    ../../profiles/ai.nix
    ../../profiles/monitoring.nix
  ];

${whatIsOff(input.settings)}  hwc.ai = {
${body}  };
}
`
}
