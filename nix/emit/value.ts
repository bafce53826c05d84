/** Values and small expressions as Nix, laid out as nixpkgs-fmt leaves them. */
import { nixName, nixString } from './string.ts'

/** Nix source that stands for itself, on one line. `simple`: needs no parentheses as an argument or in a list. */
export class Raw {
  readonly text: string
  readonly simple: boolean
  constructor(text: string, simple = /^[\w.'-]+$/.test(text)) {
    this.text = text
    this.simple = simple
  }
}

/** A function with its arguments. */
export class Call {
  readonly target: string
  readonly args: readonly NixValue[]
  constructor(target: string, ...args: readonly NixValue[]) {
    this.target = target
    this.args = args
  }
}

/** Everything that JSON can say, and source among it. */
export type NixValue =
  null | boolean | number | string | Raw | Call | readonly NixValue[] | { readonly [name: string]: NixValue }

const WIDTH = 110
const STEP = '  '
const SMALLEST = 2 ** -1022

function nixNumber(value: number): string {
  // Nix refuses what is nearer to 0 than it can hold in full precision.
  if (!Number.isFinite(value) || (value !== 0 && Math.abs(value) < SMALLEST))
    throw new RangeError(`${value} cannot be written as a Nix number`)
  if (Number.isSafeInteger(value)) return String(value === 0 ? 0 : value)
  const [mantissa = '', exponent] = String(value).split('e')
  const point = mantissa.includes('.') ? mantissa : `${mantissa}.0`
  return exponent === undefined ? point : `${point}e${exponent}`
}

/** Whether the text must be set in parentheses as an argument or in a list. */
function needsParentheses(value: NixValue): boolean {
  if (typeof value === 'number') return value < 0
  return value instanceof Call || (value instanceof Raw && !value.simple)
}

function argument(value: NixValue, indent: string): string {
  const text = toNix(value, indent)
  return needsParentheses(value) ? `(${text})` : text
}

function isList(value: NixValue): value is readonly NixValue[] {
  return Array.isArray(value)
}

function list(items: readonly NixValue[], indent: string): string {
  if (items.length === 0) return '[ ]'
  const short = `[ ${items.map((item) => argument(item, indent)).join(' ')} ]`
  // The formatter would draw the brackets of a list around those of a set.
  const holdsSets = short.includes('{ }')
  if (!holdsSets && !short.includes('\n') && indent.length + short.length <= WIDTH) return short
  const inner = indent + STEP
  return `[\n${items.map((item) => `${inner}${argument(item, inner)}\n`).join('')}${indent}]`
}

/** The inside of an attribute set, one line or more for each name. */
export function nixBindings(values: { readonly [name: string]: NixValue }, indent: string): string {
  return Object.entries(values)
    .map(([name, value]) => `${indent}${nixName(name)} = ${toNix(value, indent)};\n`)
    .join('')
}

/**
 * A value as a Nix expression.
 * @param indent of the line that the expression begins on
 * @throws AppError `settings-invalid` for text that no Nix file can hold, RangeError for numbers that are none
 */
export function toNix(value: NixValue, indent = ''): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return nixNumber(value)
  if (typeof value === 'string') return nixString(value, indent)
  if (value instanceof Raw) return value.text
  if (value instanceof Call) return [value.target, ...value.args.map((arg) => argument(arg, indent))].join(' ')
  if (isList(value)) return list(value, indent)
  return Object.keys(value).length === 0 ? '{ }' : `{\n${nixBindings(value, indent + STEP)}${indent}}`
}
