import type * as z from 'zod'
import type { AnyOperation, WorkflowDefinition } from './types.ts'

/** An operation as it is served: its input refuses unknown fields, and it knows which group it belongs to. */
export interface RegisteredOperation extends AnyOperation {
  /** Workflow id, or `system`. */
  group: string
}

export interface Registry {
  readonly workflows: readonly WorkflowDefinition[]
  readonly operations: readonly RegisteredOperation[]
  /** @throws Error when there is none: a programming fault */
  operation(id: string): RegisteredOperation
}

function assertUnique(what: string, keys: readonly string[]): void {
  const seen = new Set<string>()
  for (const key of keys) {
    if (seen.has(key)) throw new Error(`Two operations share the ${what} ${key}`)
    seen.add(key)
  }
}

function strictInput(input: z.ZodObject): z.ZodObject {
  return input.strict()
}

/**
 * Collects every operation once.
 * @throws Error when two share an id, a route or a command
 */
export function createRegistry(workflows: readonly WorkflowDefinition[], system: readonly AnyOperation[]): Registry {
  const operations: RegisteredOperation[] = [
    ...workflows.flatMap((workflow) => workflow.operations.map((operation) => ({ ...operation, group: workflow.id }))),
    ...system.map((operation) => ({ ...operation, group: 'system' })),
  ].map((operation) => ({ ...operation, input: strictInput(operation.input) }))
  assertUnique(
    'id',
    operations.map((operation) => operation.id),
  )
  assertUnique(
    'route',
    operations.map(({ http }) => `${http.method} ${http.path}`),
  )
  assertUnique(
    'command',
    operations.flatMap(({ cli }) => (cli === undefined ? [] : [cli.command.join(' ')])),
  )
  const byId = new Map(operations.map((operation) => [operation.id, operation]))
  return {
    workflows,
    operations,
    operation(id) {
      const found = byId.get(id)
      if (found === undefined) throw new Error(`No operation ${id}`)
      return found
    },
  }
}
