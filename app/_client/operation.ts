import type { HttpMethod } from '#lib/operations/types.ts'

/** One input of a form. */
export interface FieldDescription {
  name: string
  /** What a person calls it. */
  label: string
  /** `choices`: any number of `values`; `list`: one text per line; `pairs`: one NAME=VALUE per line. */
  kind: 'string' | 'number' | 'boolean' | 'enum' | 'choices' | 'list' | 'pairs' | 'json'
  values: readonly string[]
  required: boolean
  defaultValue: unknown
  description: string
  example: unknown
}

/** An operation as a form in the browser needs it: the registry's entry without its code. */
export interface OperationDescription {
  id: string
  title: string
  description: string
  method: HttpMethod
  path: string
  recorded: boolean
  mutates: boolean
  fields: readonly FieldDescription[]
}

export interface WorkflowSummary {
  id: string
  statusKey: string
  title: string
  description: string
  page: string
  model: 'required' | 'optional'
  main: string
}

/** Values of a form by field; what is undefined is left to the operation's default. */
export type FieldValues = Readonly<Record<string, unknown>>

/** The request that an operation's values become: path parameters into the path, the rest into query or body. */
export function operationRequest({ method, path }: Pick<OperationDescription, 'method' | 'path'>, values: FieldValues) {
  const rest = new Map(Object.entries(values).filter(([, value]) => value !== undefined))
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest.get(name)
    rest.delete(name)
    return encodeURIComponent(typeof value === 'string' || typeof value === 'number' ? String(value) : '')
  })
  if (method !== 'GET' && method !== 'DELETE') return { method, path: filled, body: Object.fromEntries(rest) }
  const query = new URLSearchParams(
    [...rest].map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
  return { method, path: query.size === 0 ? filled : `${filled}?${query.toString()}`, body: undefined }
}
