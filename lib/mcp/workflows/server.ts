/** The workflows as an MCP server, whatever it is connected to: https://modelcontextprotocol.io/specification/2025-11-25 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import {
  CallToolRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import type { Core } from '../../core/index.ts'
import { toAppError } from '../../errors/index.ts'
import type { AppError } from '../../errors/index.ts'
import { didYouMean } from '../../text/nearest.ts'
import { ANSWER_SCHEMA } from '../../tools/answer.ts'
import { callTool, ToolFailure } from '../../tools/call.ts'
import { type Tool, toolsOf } from '../../tools/list.ts'
import { authorizeMcp, type Caller, mayDo } from './caller.ts'
import { progressOf } from './progress.ts'
import { PROMPTS } from './prompts.ts'
import { listResources, readResource, RESOURCE_TEMPLATES } from './resources.ts'

const INSTRUCTIONS =
  'Workflows of one machine: tidying folders, a journal of its logs, documents of source files. What moves files is planned first; show the plan to the person and apply it only after they agree. An answer with status "running" goes on by itself: wait_for_run waits for it. Give the person the link when they may want to see the whole.'

/** A resource that is not there: https://modelcontextprotocol.io/specification/2025-11-25/server/resources#error-handling */
const RESOURCE_NOT_FOUND = -32_002

export interface ServerOptions {
  core: Core
  caller: Caller
  /** Done before tools are listed or called, such as taking up settings that another process changed. */
  refresh?: () => Promise<void>
  /** For one request: a signal that aborts when its caller is gone, and what to do once it is answered. */
  tether?: (extra: { authInfo?: { extra?: Record<string, unknown> } }) => { signal: AbortSignal; release: () => void }
}

type Notify = (notification: {
  method: 'notifications/progress'
  params: { progressToken: string | number; progress: number; total?: number; message: string }
}) => Promise<void>

const seenBy = (core: Core, { principal }: Caller): Tool[] =>
  toolsOf(core.registry).filter(({ operation }) => mayDo(principal, operation.scope))

/** An error in words: what is wrong, each fault, what to do. */
function errorText({ message, code, faults, hint }: AppError): string {
  const what = code === 'internal' ? 'Something went wrong inside the app; its log has the details.' : message
  const list = faults.length > 1 ? faults.map(({ path, message: fault }) => `${path}: ${fault}.`) : []
  return [what, ...list, ...(hint === undefined ? [] : [hint])].join(' ')
}

function watcher(core: Core, token: string | number | undefined, notify: Notify) {
  if (token === undefined) return {}
  const next = progressOf()
  return {
    onEvent: (event: Parameters<typeof next>[0]) => {
      const progress = next(event)
      if (progress === null) return
      notify({ method: 'notifications/progress', params: { progressToken: token, ...progress } }).catch(
        (error: unknown) => core.log.debug('progress did not reach its client', { error }),
      )
    },
  }
}

function listed(core: Core, tool: Tool) {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.describe(core.settings),
    inputSchema: { ...tool.schema, required: [...tool.schema.required] },
    outputSchema: { ...ANSWER_SCHEMA, required: [...ANSWER_SCHEMA.required] },
    annotations: tool.annotations,
  }
}

function addTools(mcp: McpServer, { core, caller, tether, refresh }: ServerOptions): void {
  mcp.server.setRequestHandler(ListToolsRequestSchema, async () => {
    await refresh?.()
    return { tools: seenBy(core, caller).map((tool) => listed(core, tool)) }
  })
  mcp.server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    await refresh?.()
    const tools = toolsOf(core.registry)
    const tool = tools.find(({ name }) => name === params.name)
    if (tool === undefined) {
      const names = tools.map(({ name }) => name)
      throw new McpError(ErrorCode.InvalidParams, `There is no tool "${params.name}".${didYouMean(params.name, names)}`)
    }
    const held = tether?.(extra)
    try {
      const { answer } = await callTool(core, {
        tool,
        args: params.arguments,
        principal: caller.principal,
        face: 'mcp',
        link: caller.link,
        waitMs: core.settings['open-webui'].toolTimeout * 1000,
        signal: held === undefined ? extra.signal : AbortSignal.any([extra.signal, held.signal]),
        authorize: authorizeMcp,
        ...watcher(core, params._meta?.progressToken, extra.sendNotification),
      })
      return { content: [{ type: 'text', text: JSON.stringify(answer) }], structuredContent: { ...answer } }
    } catch (error) {
      if (!(error instanceof ToolFailure)) throw error
      return { content: [{ type: 'text', text: errorText(error.error) }], isError: true }
    } finally {
      held?.release()
    }
  })
}

/** Errors of reading as the protocol's own; what is wrong inside the app stays in its log. */
function protocolError(core: Core, thrown: unknown): McpError {
  const error = toAppError(thrown)
  core.noteFailure(error, 'mcp')
  const code =
    error.code === 'not-found'
      ? RESOURCE_NOT_FOUND
      : error.code === 'internal'
        ? ErrorCode.InternalError
        : ErrorCode.InvalidParams
  return new McpError(code, errorText(error))
}

function addResources(mcp: McpServer, { core, caller }: ServerOptions): void {
  mcp.server.setRequestHandler(ListResourcesRequestSchema, async () => ({
    resources: await listResources(core, caller).catch((error: unknown) => {
      throw protocolError(core, error)
    }),
  }))
  mcp.server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: RESOURCE_TEMPLATES }))
  mcp.server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }) => {
    const contents = await readResource(core, caller, uri).catch((error: unknown) => {
      throw protocolError(core, error)
    })
    if (contents === null) throw new McpError(RESOURCE_NOT_FOUND, `There is no resource ${uri}.`)
    return { contents: [contents] }
  })
}

function addPrompts(mcp: McpServer): void {
  mcp.server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: PROMPTS.map(({ text: _text, arguments: given, ...prompt }) => ({ ...prompt, arguments: [...given] })),
  }))
  mcp.server.setRequestHandler(GetPromptRequestSchema, ({ params }) => {
    const prompt = PROMPTS.find(({ name }) => name === params.name)
    if (prompt === undefined) throw new McpError(ErrorCode.InvalidParams, `There is no prompt "${params.name}".`)
    const given = params.arguments ?? {}
    const missing = prompt.arguments.filter(({ name, required }) => required && (given[name] ?? '') === '')
    if (missing.length > 0)
      throw new McpError(ErrorCode.InvalidParams, `${missing.map(({ name }) => name).join(', ')} must be given.`)
    return {
      description: prompt.description,
      messages: [{ role: 'user', content: { type: 'text', text: prompt.text(given) } }],
    }
  })
}

/** A server for one caller; connect it to a transport. */
export function createWorkflowServer(options: ServerOptions): McpServer {
  const mcp = new McpServer(
    { name: 'hwc-ai', title: 'Workflows of this machine', version: options.core.version },
    { instructions: INSTRUCTIONS },
  )
  // Given to the constructor, they would bring handlers and promises that are not ours.
  mcp.server.registerCapabilities({ tools: { listChanged: true }, resources: {}, prompts: {} })
  addTools(mcp, options)
  addResources(mcp, options)
  addPrompts(mcp)
  return mcp
}
