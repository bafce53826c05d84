/**
 * **Define once, serve everywhere.** An operation is the one typed description of something the app can do. From it come
 * the API route and its validation (`lib/http`), the OpenAPI operation, the command-line command (`lib/cli`) and the form
 * in the admin. A workflow is a named group of operations with one main operation.
 */
import * as z from 'zod'
import type { AppError } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'
import type { ModelClient } from '../providers/index.ts'
import type { Settings } from '../config/index.ts'
import type { Store } from '../store/index.ts'

/** What a key may do: each scope stands for itself; `admin` implies the rest, `mcp` every `mcp:NAME`. */
export const SCOPES = ['read', 'run', 'apply', 'mcp', 'admin'] as const
export type Scope = (typeof SCOPES)[number] | `mcp:${string}`

/** A scope as text: one of {@link SCOPES}, or `mcp:NAME` for one server behind the gateway. */
export const SCOPE_PATTERN = /^(?:read|run|apply|mcp|admin|mcp:[a-z0-9][a-z0-9-]{0,63})$/

/** Whether a text is a scope. */
export function isScope(text: string): text is Scope {
  return SCOPE_PATTERN.test(text)
}

/** Who asks. `local` is the person at the shell who runs the command line without the server. */
export interface Principal {
  kind: 'key' | 'session' | 'local' | 'scheduler'
  id: string
  name: string
  scopes: readonly Scope[]
}

/** Something that happened in a run; sent to watchers as it happens. Only `step` and `progress` survive a restart. */
export type RunEvent =
  /** A new phase of the work, in plain words. */
  | { type: 'step'; message: string }
  /** How far the current step is. `total` is null while unknown. */
  | { type: 'progress'; done: number; total: number | null; unit: string; message?: string }
  /** A piece of a model's answer. */
  | { type: 'token'; text: string }
  /** Structured, workflow-specific information (for chat: the memory offered as context). */
  | { type: 'info'; name: string; data: unknown }

/** The HTTP side of a call, for the few operations that are about it: signing in and out. */
export interface HttpExchange {
  /** The client's address. */
  address: string
  userAgent: string | null
  /** The session cookie that came, if one did. */
  sessionToken: string | null
  /** Sets the session cookie, or with null takes it away. `maxAge` in seconds. */
  setSession: (token: string | null, maxAge: number) => void
}

/** What an operation gets to work with. No globals: everything it needs is here. */
export interface OperationContext {
  settings: Settings
  store: Store
  /** The model backend behind its bounded queue. Calls through it are counted on the run. */
  models: ModelClient
  principal: Principal
  signal: AbortSignal
  /** Clock, for tests. */
  now: () => Date
  log: Logger
  /** Folder of the app's state. */
  stateDir: string
  /** Null when not called over HTTP. */
  http: HttpExchange | null
  /** Id of the recorded run this belongs to; null for operations that are not recorded. */
  runId: string | null
  /** Tells the watchers of the run. Cheap; progress is throttled by the runner. */
  emit: (event: RunEvent) => void
  /** Says which engine answered: `rules`, `built-in`, or a provider id with the model's name. Shown in the history. */
  engine: (used: { engine: string; model?: string }) => void
}

/** Makes links for an answer, so that they lead back to this app whatever address it was asked at. */
export type LinkTo = (path: string) => string

/** How an operation looks to a language model, over MCP and as a tool of Open WebUI. */
export interface ToolFace<Output> {
  /**
   * What a model is told, in place of the description: when to use it, when not, and what to do before and after. Models read
   * every word of it in every conversation, so few words.
   */
  description: string
  /** What else a model is told on this machine, such as which folders may be tidied. One sentence, never a secret. */
  note?(settings: Settings): string
  /** Input keys that a model does not see; they take their defaults. */
  hidden?: readonly string[]
  /** Values that every call is made with, of keys that a model does not see either. */
  fixed?: Readonly<Record<string, unknown>>
  /** The small answer: what a model needs to go on, with a `link` to the whole. Without it, the output as it is. */
  answer?(output: Output, link: LinkTo): Readonly<Record<string, unknown>>
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface OperationExample<Input> {
  title: string
  input: Input
}

export interface Operation<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodType = z.ZodType> {
  /** Unique, snake_case: OpenAPI `operationId` and MCP tool name, e.g. `plan_file_cleanup`. */
  id: string
  /** A few words: button, menu entry, summary. */
  title: string
  /** For people and models: what it does, when to use it and when not. */
  description: string
  http: {
    method: HttpMethod
    /** Hono path, e.g. `/api/workflows/cleanup/:plan_id/apply`. Path parameters are top-level keys of `input`. */
    path: string
    /** Status of a success; default 200. */
    status?: number
    /** Media type of the file that is answered in place of JSON; the output is an {@link answeredFile} then. */
    file?: string
  }
  /** Absent: not on the command line. */
  cli?: {
    /** Words after `hwc-ai`, e.g. `['cleanup', 'plan']`. */
    command: readonly string[]
    /** Input keys taken as positional arguments, in order; the rest are `--flags` in kebab-case. */
    positional?: readonly string[]
    /** Text for a person at a terminal; without it (and with `--json`) the output is printed as JSON. */
    render?: (output: z.output<Output>) => string
    /** Exit code when the operation succeeded but found something wrong; default 0. */
    exitCode?: (output: z.output<Output>) => number
  }
  /** Needed to call it; `public` needs nothing. */
  scope: Scope | 'public'
  /** A recorded operation is a run: history, progress, cancel, SSE. */
  recorded: boolean
  /** Of a recorded operation, the input with which it only looks, such as a dry run: that is answered, and is no run. */
  looksOnly?: (input: z.output<Input>) => boolean
  /** True when it changes the person's files or the app's data beyond the record of the run. */
  mutates: boolean
  /** Flat: JSON body for POST/PUT/PATCH, query for GET/DELETE, plus path parameters. */
  input: Input
  output: Output
  /** Errors it may answer beyond the common ones, for the OpenAPI document. */
  errors?: readonly AppError['code'][]
  examples: readonly OperationExample<z.input<Input>>[]
  /** Absent: not offered to models. */
  tool?: ToolFace<z.output<Output>>
  /** Input key that, when true, makes the HTTP answer an event stream of `data:` lines ending in `data: [DONE]` (chat). */
  streamFlag?: string
  /**
   * Of an operation that answers the events of a run, as a stream over HTTP: the id of that run. Elsewhere it is called like any
   * other: {@link run} emits the events, and gives what the run came to.
   */
  watches?: (input: z.output<Input>) => string
  run: (input: z.output<Input>, context: OperationContext) => Promise<z.output<Output>>
  /**
   * What {@link run} would answer now, as JSON, when that is known without asking anything; null when it is not. For an operation
   * without input that is asked so often that making the same answer again is most of what it costs.
   */
  kept?(context: KeptContext): string | null
}

/** What a kept answer may be put together from. */
export type KeptContext = Pick<OperationContext, 'settings' | 'store' | 'now'>

/** Output of an operation that answers a file. */
export const answeredFile = z.object({
  name: z.string().describe('What to call the file'),
  base64: z.string().describe('Its content'),
})

/** Keeps the types of one operation's input and output together. */
export function defineOperation<Input extends z.ZodObject, Output extends z.ZodType>(
  operation: Operation<Input, Output>,
): Operation<Input, Output> {
  return operation
}

/** Any operation, whatever its input and output (method bivariance makes one list of all of them possible). */
export type AnyOperation = Omit<
  Operation,
  'run' | 'cli' | 'tool' | 'examples' | 'input' | 'output' | 'looksOnly' | 'watches'
> & {
  input: z.ZodObject
  output: z.ZodType
  examples: readonly OperationExample<Record<string, unknown>>[]
  cli?: {
    command: readonly string[]
    positional?: readonly string[]
    render?(output: unknown): string
    exitCode?(output: unknown): number
  }
  tool?: Omit<ToolFace<unknown>, 'answer'> & {
    answer?(output: unknown, link: LinkTo): Readonly<Record<string, unknown>>
  }
  looksOnly?(input: unknown): boolean
  watches?(input: unknown): string
  run(input: unknown, context: OperationContext): Promise<unknown>
}

/** Whether calling an operation with this input is a run, which is recorded. */
export function isRun({ recorded, looksOnly }: Pick<AnyOperation, 'recorded' | 'looksOnly'>, input: unknown): boolean {
  return recorded && looksOnly?.(input) !== true
}

export interface WorkflowSchedule {
  /** Whether the app runs it by itself. */
  enabled: boolean
  /** systemd OnCalendar expression. */
  onCalendar: string
  /** Input of the scheduled run. */
  input: Record<string, unknown>
  /** Operation to run; default the main one. */
  operation?: string
}

/** One folder under `workflows/`: what the workflow is, and its operations. */
export interface WorkflowDefinition {
  /** kebab-case, equals the folder's name. */
  id: string
  /** Key in `GET /api/workflows/status`, as callers of the former service know it. */
  statusKey: string
  title: string
  /** One sentence for the menu and the home page. */
  description: string
  /** Path of the admin page, e.g. `/cleanup`. */
  page: string
  /** `required`: cannot run without a model; `optional`: does its work without, and better with one. */
  model: 'required' | 'optional'
  /** What the model must be able to do. */
  needs: readonly ('chat' | 'json-output')[]
  /** Whether it changes files that are the person's own, hence must be undoable; a report it writes is the app's. */
  mutates: boolean
  /** Id of the operation that the page's form and the status figures are about. */
  main: string
  operations: readonly AnyOperation[]
  /** What the settings say of it. */
  configured: (settings: Settings) => { enabled: boolean; model: string; schedules: readonly WorkflowSchedule[] }
  /** Work to do once when the server starts, such as finishing an interrupted apply. */
  recover?: (context: Pick<OperationContext, 'settings' | 'store' | 'log' | 'now' | 'stateDir'>) => Promise<void>
}
