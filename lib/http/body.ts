import { AppError, messageOf } from '../errors/index.ts'
import { isObject } from '../is-object.ts'
import type { BodyReader } from './request.ts'

function tooLarge(maxBytes: number): AppError {
  return new AppError('body-too-large', `The body is larger than ${maxBytes} bytes.`, {
    hint: 'Send less, or raise hwc.ai.local-workflows.api.maxBodyBytes.',
  })
}

/** @throws AppError `malformed-body` for what is no JSON */
export function parseBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AppError('malformed-body', `The body is not valid JSON: ${messageOf(error)}`, { cause: error })
  }
}

/**
 * Reads a request's JSON object. A declared length above the limit is refused before anything is read; an undeclared one as
 * soon as it passes the limit. An absent body is an empty object.
 * @throws AppError `unsupported-media-type`, `body-too-large`, `malformed-body`
 */
export async function readJsonObject(body: BodyReader, maxBytes: number): Promise<object> {
  const { headers } = body
  const declared = headers.get('content-length')
  if (declared !== null && Number(declared) > maxBytes) throw tooLarge(maxBytes)
  if (declared === '0' || (declared === null && headers.get('transfer-encoding') === null)) return {}
  const type = headers.get('content-type')
  if (type !== null && type !== 'application/json' && !/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type))
    throw new AppError('unsupported-media-type', `The body is ${type}, not JSON.`, {
      hint: 'Send Content-Type: application/json.',
    })
  const text = await body.text(maxBytes, () => tooLarge(maxBytes))
  if (text === '') return {}
  const value = parseBody(text)
  if (!isObject(value))
    throw new AppError('malformed-body', 'The body must be a JSON object.', {
      hint: 'Send the fields as {"field": value}.',
    })
  return value
}
