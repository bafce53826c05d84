/** The body of a request to an MCP endpoint: bounded, and read as messages once. */
import { AppError } from '../../errors/index.ts'
import { parseBody } from '../../http/body.ts'
import type { HeaderReader } from '../../http/headers.ts'
import { bodyOf } from '../../http/request.ts'
import { isTooDeep, MAX_DEPTH } from './depth.ts'
import { parseExact } from './exact.ts'
import { isAmbiguous, isDisguisedCall, readMessage } from './jsonrpc.ts'
import { MAX_MESSAGE_BYTES } from './process.ts'
import type { Incoming } from './session.ts'

/** Most messages in one batch, which only clients of protocol 2025-03-26 send. */
const MAX_BATCH = 100

export function tooLarge(): AppError {
  return new AppError('body-too-large', `A message may have ${MAX_MESSAGE_BYTES / 1024 ** 2} MiB at most.`)
}

/** What the headers say of the body already. @throws AppError `body-too-large`, `unsupported-media-type` */
export function checkBody(headers: HeaderReader): void {
  const type = headers.get('content-type')
  if (type !== null && type !== 'application/json' && !/^application\/json\s*(;|$)/i.test(type))
    throw new AppError('unsupported-media-type', `The body is ${type}, not JSON.`, {
      hint: 'Send Content-Type: application/json.',
    })
  if (Number(headers.get('content-length') ?? 0) > MAX_MESSAGE_BYTES) throw tooLarge()
}

/** @throws AppError `body-too-large`, `unsupported-media-type` */
export async function readText(request: Request): Promise<string> {
  checkBody(request.headers)
  return bodyOf(request).text(MAX_MESSAGE_BYTES, tooLarge)
}

/** @throws AppError `malformed-body` for what is no JSON, or none that could be written anew */
export function parseMessage(json: string): unknown {
  if (isTooDeep(json)) throw new AppError('malformed-body', `The body is nested more than ${MAX_DEPTH} levels deep.`)
  return parseBody(json)
}

/** Text on one line: JSON has line ends between its parts only, never inside a string. */
export function oneLine(json: string): string {
  return json.includes('\n') || json.includes('\r') ? json.replace(/[\r\n]+/g, ' ') : json
}

/**
 * The messages of a body, each with its text.
 * @throws AppError `malformed-body`
 */
export function readMessages(text: string): { incoming: Incoming[]; batch: boolean } {
  const value = parseMessage(text)
  const batch = Array.isArray(value)
  const values: unknown[] = Array.isArray(value) ? value : [value]
  if (values.length === 0 || values.length > MAX_BATCH)
    throw new AppError('malformed-body', `A batch has 1 to ${MAX_BATCH} messages.`)
  const exact = batch ? parseExact(text) : null
  const incoming = values.map((one, index): Incoming => {
    const message = readMessage(one)
    if (message === null) throw new AppError('malformed-body', 'The body is not a JSON-RPC message.')
    if (isAmbiguous(message))
      throw new AppError('malformed-body', 'The message names a member of the protocol in another case.', {
        hint: 'Write jsonrpc, id, method, params, name and arguments in small letters.',
      })
    if (isDisguisedCall(message))
      throw new AppError('malformed-body', 'A tool is called by a request that has an id and names the tool in text.')
    return { text: Array.isArray(exact) ? JSON.stringify(exact[index]) : oneLine(text), message }
  })
  return { incoming, batch }
}
