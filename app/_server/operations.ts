/** Operations of the registry, described for forms and called for a page's first picture. */
import * as z from 'zod'
import type { AnyOperation, WorkflowDefinition } from '#lib/operations/types.ts'
import { fieldKind, type FieldKind } from '#lib/operations/coerce.ts'
import type { FieldDescription, OperationDescription, WorkflowSummary } from '#app/_client/operation.ts'
import { words } from '#app/_components/format.ts'
import { getCore } from './core.ts'
import { requirePrincipal } from './session.ts'

function controlOf({ kind, item, textValues }: FieldKind): FieldDescription['kind'] {
  if (kind === 'array') return item?.kind === 'enum' ? 'choices' : 'list'
  if (kind === 'other') return textValues === true ? 'pairs' : 'json'
  return kind
}

/** @param schema its title is the label; without one, the name does */
function fieldDescription(name: string, schema: z.core.$ZodType, example: unknown): FieldDescription {
  const kind = fieldKind(schema)
  const { kind: type, values, optional, defaultValue, description, item } = kind
  return {
    name,
    label: z.globalRegistry.get(schema)?.title ?? words(name),
    kind: controlOf(kind),
    values: type === 'array' ? (item?.values ?? []) : values,
    required: !optional,
    defaultValue,
    description: description ?? '',
    example,
  }
}

function describe(operation: AnyOperation): OperationDescription {
  const [example] = operation.examples
  return {
    id: operation.id,
    title: operation.title,
    description: operation.description,
    method: operation.http.method,
    path: operation.http.path,
    recorded: operation.recorded,
    mutates: operation.mutates,
    fields: Object.entries<z.core.$ZodType>(operation.input.shape).map(([name, schema]) =>
      fieldDescription(name, schema, example?.input[name]),
    ),
  }
}

/** One operation as a form needs it. */
export async function describeOperation(id: string): Promise<OperationDescription> {
  return describe((await getCore()).registry.operation(id))
}

function summary(workflow: WorkflowDefinition): WorkflowSummary {
  const { id, statusKey, title, description, page, model, main } = workflow
  return { id, statusKey, title, description, page, model, main }
}

/** The workflows there are, for navigation. */
export async function listWorkflows(): Promise<WorkflowSummary[]> {
  return (await getCore()).registry.workflows.map(summary)
}

/** The workflow that a page belongs to, with the form of its main operation. */
export async function workflowOf(
  page: string,
): Promise<{ workflow: WorkflowSummary; operation: OperationDescription }> {
  const core = await getCore()
  const workflow = core.registry.workflows.find((candidate) => candidate.page === page)
  if (workflow === undefined) throw new Error(`No workflow has the page ${page}`)
  return { workflow: summary(workflow), operation: describe(core.registry.operation(workflow.main)) }
}

/** Names of every operation by id, for the history of runs. */
export async function operationTitles(): Promise<Record<string, string>> {
  const { operations } = (await getCore()).registry
  return Object.fromEntries(operations.map(({ id, title }) => [id, title]))
}

/**
 * The answer of a reading operation for a page's first picture. Undefined when it fails: the browser then asks for itself
 * and shows why.
 */
export async function preload<Output>(
  id: string,
  input: Readonly<Record<string, unknown>> = {},
): Promise<Output | undefined> {
  const principal = await requirePrincipal()
  const core = await getCore()
  try {
    const operation = core.registry.operation(id)
    const output = await core.call(operation, operation.input.parse(input), principal, null)
    // As the API would send it: the browser's own question has the same answer.
    return JSON.parse(JSON.stringify(output)) as Output
  } catch (error) {
    core.noteFailure(error, id)
    return undefined
  }
}

/** A page does not wait longer than this, in milliseconds, for what the browser can ask for itself. */
const SOON_MS = 300

/** As {@link preload}, but undefined as well when the answer takes its time: the status asks a model server that may be silent. */
export function preloadSoon<Output>(id: string): Promise<Output | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, SOON_MS))
  return Promise.race([preload<Output>(id), late])
}
