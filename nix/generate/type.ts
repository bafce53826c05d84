/** The type of a setting as a type of a NixOS option. */
import type { TypeSpec } from '#lib/config/index.ts'
import { Call, Raw } from '../emit/index.ts'
import type { NixValue } from '../emit/index.ts'
import { optionsOf } from './option.ts'

/** Which file a setting names: one with a secret must not end up in the store. */
const SECRET_FILE = /(?:key|token|env)File$/i

const named = (name: string) => new Raw(`types.${name}`)

/**
 * A regular expression as POSIX writes it, which is what Nix matches with.
 * @throws Error for an escape that POSIX does not know
 */
export function posixPattern(pattern: string): string {
  const translated = pattern
    // Inside of brackets only the class has a name there.
    .replace(/\[(\^?)((?:[^\]\\]|\\.)*)\]/g, (_, not: string, inside: string) => {
      return `[${not}${inside.replaceAll('\\s', '[:space:]')}]`
    })
    .replaceAll('\\S', '[^[:space:]]')
    .replaceAll('\\s', '[[:space:]]')
    // Outside of brackets it stands for itself, and an escape of it for nothing.
    .replaceAll('\\]', ']')
  if (/\\[A-Za-z]|\(\?/.test(translated)) throw new Error(`POSIX cannot read the pattern ${pattern}`)
  return translated
}

function textType({ pattern, says, not }: Extract<TypeSpec, { kind: 'str' }>): NixValue {
  if (pattern === undefined) return named('str')
  const judged = [posixPattern(pattern), says ?? `string that matches ${pattern}`]
  return not === undefined ? new Call('types.matching', ...judged) : new Call('types.matchingExcept', not, ...judged)
}

function pathType({ nix }: Extract<TypeSpec, { kind: 'path' }>, name: string): NixValue {
  if (SECRET_FILE.test(name)) return named('secretFile')
  return named(nix === 'str' ? 'absolutePath' : 'path')
}

/** @param name of the setting; of a path it tells whether the file is secret */
export function typeOf(spec: TypeSpec, name: string): NixValue {
  switch (spec.kind) {
    case 'bool':
    case 'port':
    case 'url':
    case 'timeSpan':
    case 'timeOfDay':
      return named(spec.kind)
    case 'onCalendar':
      return named('calendarEvent')
    case 'int':
      return new Call('types.ints.between', spec.min, spec.max)
    case 'str':
      return textType(spec)
    case 'path':
      return pathType(spec, name)
    case 'enum':
      return new Call('types.enum', spec.values)
    case 'nullOr':
    case 'listOf':
    case 'attrsOf':
      return new Call(`types.${spec.kind}`, typeOf(spec.of, name))
    case 'either':
      return new Call(
        'types.oneOf',
        spec.options.map((option) => typeOf(option, name)),
      )
    case 'submodule':
      return new Call('types.submodule', { options: optionsOf(spec.fields) })
  }
}
