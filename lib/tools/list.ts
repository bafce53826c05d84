/** The tools that models are offered: the operations that have a face for them, each with the input that a model may fill. */
import * as z from 'zod'
import type { Settings } from '../config/index.ts'
import type { RegisteredOperation, Registry } from '../operations/registry.ts'
import type { AnyOperation } from '../operations/types.ts'
import { flatSchema, type FlatSchema } from './schema.ts'

/** Hints to the client on what a call may do: https://modelcontextprotocol.io/specification/2025-11-25/schema#toolannotations */
export interface ToolAnnotations {
  title: string
  readOnlyHint: boolean
  destructiveHint: boolean
  idempotentHint: boolean
  openWorldHint: boolean
}

export interface Tool {
  /** The operation's id. */
  name: string
  title: string
  /** What the model is told, with what holds on this machine. */
  describe(settings: Settings): string
  operation: RegisteredOperation
  face: NonNullable<AnyOperation['tool']>
  /** The arguments a model may give; refuses others. */
  input: z.ZodObject
  readonly schema: FlatSchema
  annotations: ToolAnnotations
}

/** A tool whose own arguments keep it from changing anything, such as a plan that is always a dry run, reads only. */
function annotationsOf({ title, mutates, scope, tool }: RegisteredOperation): ToolAnnotations {
  const changes = mutates && tool?.fixed?.['dry_run'] !== true
  const movesFiles = changes && scope === 'apply'
  return {
    title,
    readOnlyHint: !changes,
    destructiveHint: movesFiles,
    // What was applied, or undone, is not done a second time.
    idempotentHint: !changes || movesFiles,
    openWorldHint: false,
  }
}

function toolOf(operation: RegisteredOperation): Tool | null {
  const { tool: face } = operation
  if (face === undefined) return null
  const unseen = new Set([...(face.hidden ?? []), ...Object.keys(face.fixed ?? {})])
  let schema: FlatSchema | null = null
  const input = z.strictObject(
    Object.fromEntries(Object.entries(operation.input.shape).filter(([name]) => !unseen.has(name))),
  )
  return {
    name: operation.id,
    title: operation.title,
    describe: (settings) => [face.description, face.note?.(settings)].filter(Boolean).join(' '),
    operation,
    face,
    input,
    // Drawn when somebody asks for it: a server that starts has no time for that.
    get schema() {
      return (schema ??= flatSchema(input))
    },
    annotations: annotationsOf(operation),
  }
}

const made = new WeakMap<Registry, readonly Tool[]>()

/**
 * The tools of a registry. Workflows that do their work without a model come first, since who reads the list is a model and
 * reads it from the top; what needs another model comes after them, and the app's own last.
 */
export function toolsOf(registry: Registry): readonly Tool[] {
  const known = made.get(registry)
  if (known !== undefined) return known
  const needsModel = new Set(registry.workflows.filter(({ model }) => model === 'required').map(({ id }) => id))
  const rank = ({ group }: RegisteredOperation) => (group === 'system' ? 2 : needsModel.has(group) ? 1 : 0)
  const tools = registry.operations
    .toSorted((a, b) => rank(a) - rank(b))
    .map(toolOf)
    .filter((tool) => tool !== null)
  made.set(registry, tools)
  return tools
}
