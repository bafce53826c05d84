/** Open WebUI's own API, as far as tool servers need it. Routes as of 0.6 to 0.12. */
import * as z from 'zod'
import { AppError, messageOf } from '../errors/index.ts'
import { joinList, splitList } from './raw-list.ts'

/** How long a question may take, in milliseconds. */
const READ_MS = 5000
/** Saving the list makes Open WebUI read every tool server's document, for which it gives each 10 seconds. */
const WRITE_MS = 40_000
/** How long it may take until Open WebUI has tried a tool server. */
const VERIFY_MS = 15_000
const MAX_BYTES = 8_000_000
/** Read with GET, replaced with POST. */
const LIST = '/api/v1/configs/tool_servers'

export interface OpenWebuiUser {
  name: string
  role: string
}

export interface Group {
  id: string
  name: string
}

const user = z.looseObject({ name: z.string().catch(''), role: z.string() })
const groups = z.array(z.looseObject({ id: z.string(), name: z.string() }))
const tools = z.array(z.looseObject({ id: z.string() }))
const version = z.looseObject({ version: z.string() })
const refusal = z.looseObject({ detail: z.unknown() })

function isLate(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

interface Question {
  path: string
  body?: string
  timeoutMs: number
}

export class OpenWebuiClient {
  readonly url: string
  readonly #token: string

  constructor(url: string, token: string) {
    this.url = url
    this.#token = token
  }

  #unreachable(error: unknown, timeoutMs: number): AppError {
    const late = isLate(error)
    const reason = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error)
    return new AppError(
      'open-webui-unreachable',
      late
        ? `Open WebUI at ${this.url} did not answer in time (at most ${timeoutMs / 1000} seconds).`
        : `Open WebUI at ${this.url} cannot be reached (${reason || 'no answer'}).`,
      { cause: error, hint: 'Start it, or set open-webui.url to its address.', retryAfterSeconds: 10 },
    )
  }

  /** The status and the text of an answer. Never follows to another address: the token would go along. */
  async #ask({ path, body, timeoutMs }: Question, signal?: AbortSignal): Promise<{ status: number; text: string }> {
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const response = await fetch(`${this.url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${this.#token}`,
          accept: 'application/json',
          // Asked seldom: a connection that was kept may be closed by the other side just as it is used again.
          connection: 'close',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        redirect: 'manual',
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        ...(body === undefined ? {} : { body }),
      })
      if (Number(response.headers.get('content-length') ?? 0) > MAX_BYTES) throw new Error('the answer is too long')
      return { status: response.status, text: await response.text() }
    } catch (error) {
      if (signal?.aborted === true && !isLate(error)) throw error
      throw this.#unreachable(error, timeoutMs)
    }
  }

  #refused(status: number, { path, body }: Pick<Question, 'path' | 'body'>): AppError {
    if (status === 401 || status === 403)
      return new AppError(
        'open-webui-refused',
        'Open WebUI refuses the token: it has expired, or is not an administrator’s.',
        {
          hint: 'Give a new token of an administrator of Open WebUI.',
          details: { status },
        },
      )
    if (status === 500 && path === LIST && body !== undefined)
      return new AppError('open-webui-error', 'Open WebUI failed while it saved the list of tool servers.', {
        hint: 'Its log says why. What its list says now is shown at the next look at it.',
        details: { status },
      })
    if (status === 500 && path === LIST)
      return new AppError('open-webui-error', 'Open WebUI cannot read its own list of tool servers.', {
        hint: 'Each entry of TOOL_SERVER_CONNECTIONS needs url, path, auth_type, key and config, even when they are empty.',
        details: { status },
      })
    return new AppError('open-webui-error', `Open WebUI answered ${status} to ${path}.`, {
      hint: 'Check that open-webui.url is the address of Open WebUI, and look into its log.',
      details: { status },
    })
  }

  async #text(question: Question, signal?: AbortSignal): Promise<string> {
    const { status, text } = await this.#ask(question, signal)
    if (status !== 200) throw this.#refused(status, question)
    return text
  }

  async #json<T extends z.ZodType>(schema: T, path: string, signal?: AbortSignal): Promise<z.output<T>> {
    const text = await this.#text({ path, timeoutMs: READ_MS }, signal)
    try {
      return schema.parse(JSON.parse(text))
    } catch (error) {
      throw new AppError('open-webui-error', `What answers at ${this.url} is not Open WebUI.`, {
        cause: error,
        hint: 'Check open-webui.url.',
      })
    }
  }

  /** Its version; asked without need of the token. */
  async version(signal?: AbortSignal): Promise<string> {
    return (await this.#json(version, '/api/version', signal)).version
  }

  /** Whose token it is. */
  user(signal?: AbortSignal): Promise<OpenWebuiUser> {
    return this.#json(user, '/api/v1/auths/', signal)
  }

  groups(signal?: AbortSignal): Promise<Group[]> {
    return this.#json(groups, '/api/v1/groups/', signal)
  }

  /** Ids of the tools that chats are offered, e.g. `server:hwc-ai-workflows`. */
  async toolIds(signal?: AbortSignal): Promise<string[]> {
    const text = await this.#text({ path: '/api/v1/tools/', timeoutMs: VERIFY_MS }, signal)
    return tools.parse(JSON.parse(text)).map(({ id }) => id)
  }

  /** Every connection of its list, as text. */
  async connections(signal?: AbortSignal): Promise<string[]> {
    return splitList(await this.#text({ path: LIST, timeoutMs: READ_MS }, signal))
  }

  /** Replaces the whole list. */
  async replaceConnections(connections: readonly string[]): Promise<void> {
    const body = joinList(connections)
    const answer = await this.#text({ path: LIST, body, timeoutMs: WRITE_MS })
    splitList(answer)
  }

  /**
   * Has Open WebUI read what a tool server offers.
   * @returns its OpenAPI document, or for MCP its list of tools, as Open WebUI read it; or why it could not
   */
  async verify(connection: string, signal?: AbortSignal): Promise<{ answer: unknown } | { problem: string }> {
    const path = `${LIST}/verify`
    const { status, text } = await this.#ask({ path, body: connection, timeoutMs: VERIFY_MS }, signal)
    if (status === 401) throw this.#refused(status, { path })
    try {
      const answer: unknown = JSON.parse(text)
      if (status === 200) return { answer }
      const detail = refusal.safeParse(answer).data?.detail
      return { problem: typeof detail === 'string' ? detail : `Open WebUI answered ${status}` }
    } catch {
      return { problem: `Open WebUI answered ${status} without saying why` }
    }
  }
}
