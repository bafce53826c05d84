/** Checks a value against the type of its setting. Collects every fault; changes nothing but paths and missing fields. */
import type { Fault } from '../errors/index.ts'
import { didYouMean } from '../text/nearest.ts'
import { isObject } from '../is-object.ts'
import { expected, fitsBroadly, scalarValue, shown, whyNot } from './scalars.ts'
import type { Folders } from './scalars.ts'
import type { Setting, TypeSpec } from './schema/types.ts'

export type { Folders } from './scalars.ts'

interface Place {
  path: string
  folders: Folders
  faults: Fault[]
}

function below(place: Place, name: string | number): Place {
  return { ...place, path: `${place.path}.${name}` }
}

/** Notes a fault; there is no value then. */
function refuse(spec: TypeSpec, value: unknown, { path, faults }: Place, why = ''): null {
  faults.push({ path, message: `expected ${expected(spec)}, got ${shown(value)}${why}` })
  return null
}

function checkEither(options: readonly TypeSpec[], value: unknown, place: Place): unknown {
  const candidates = options.filter((option) => fitsBroadly(option, value))
  const tries = candidates.map((option) => {
    const faults: Fault[] = []
    return { result: check(option, value, { ...place, faults }), faults }
  })
  const fitting = tries.find(({ faults }) => faults.length === 0)
  if (fitting !== undefined) return fitting.result
  const [only, ...others] = tries
  // With one candidate its own faults say more than a list of all that would have been possible.
  if (only === undefined || others.length > 0) return refuse({ kind: 'either', options }, value, place)
  place.faults.push(...only.faults)
  return undefined
}

function checkSubmodule(
  fields: Readonly<Record<string, Setting<unknown>>>,
  value: Readonly<Record<string, unknown>>,
  place: Place,
): unknown {
  const names = Object.keys(fields)
  for (const name of Object.keys(value))
    if (!Object.hasOwn(fields, name))
      place.faults.push({ path: `${place.path}.${name}`, message: `there is no such field.${didYouMean(name, names)}` })
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      if (Object.hasOwn(value, name)) return [name, check(field.type, value[name], below(place, name))]
      if (field.default === undefined)
        place.faults.push({ path: `${place.path}.${name}`, message: `is missing: expected ${expected(field.type)}` })
      return [name, field.default]
    }),
  )
}

function check(spec: TypeSpec, value: unknown, place: Place): unknown {
  switch (spec.kind) {
    case 'nullOr':
      if (value === null) return null
      return fitsBroadly(spec.of, value) ? check(spec.of, value, place) : refuse(spec, value, place)
    case 'listOf':
      if (!Array.isArray(value)) return refuse(spec, value, place)
      return value.map((item: unknown, index) => check(spec.of, item, below(place, index)))
    case 'attrsOf':
      if (!isObject(value)) return refuse(spec, value, place)
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, check(spec.of, item, below(place, name))]),
      )
    case 'either':
      return checkEither(spec.options, value, place)
    case 'submodule':
      return isObject(value) ? checkSubmodule(spec.fields, value, place) : refuse(spec, value, place)
    default:
      return scalarValue(spec, value, place.folders) ?? refuse(spec, value, place, whyNot(spec, value))
  }
}

/**
 * @param path where the value belongs, for the faults
 * @returns the value with paths resolved and missing fields filled in; only to be used when there are no faults
 */
export function checkValue(
  spec: TypeSpec,
  value: unknown,
  path: string,
  folders: Folders,
): { value: unknown; faults: readonly Fault[] } {
  const faults: Fault[] = []
  return { value: check(spec, value, { path, folders, faults }), faults }
}
