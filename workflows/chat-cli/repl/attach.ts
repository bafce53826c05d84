/** Files and piped text that go along with a question. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { AppError, isSystemError } from '#lib/errors/index.ts'
import { expandHome } from '#lib/files/home.ts'
import { MAX_CONTEXT_CHARS } from '../definition.ts'
import type { Attachment, TextInput } from './types.ts'

/** A path as typed: `~` is the home folder, the rest relative to where the person is. */
export function typedPath(path: string, cwd: string): string {
  return resolve(cwd, expandHome(path))
}

function whyNot(path: string, error: unknown): AppError {
  if (error instanceof AppError) return error
  if (isSystemError(error, 'ENOENT'))
    return new AppError('path-not-found', `There is no file ${path}.`, { cause: error })
  if (isSystemError(error, 'EACCES'))
    return new AppError('path-not-readable', `${path} may not be read by you.`, { cause: error })
  return new AppError('path-not-readable', `${path} cannot be read.`, { cause: error })
}

/** Reads a text file. @throws AppError `path-not-found`, `path-not-readable`, `not-a-file`, `file-too-large` */
export async function readAttachment(path: string, cwd: string): Promise<Attachment> {
  const full = typedPath(path, cwd)
  try {
    // Without blocking: a named pipe that nobody writes to would be waited for.
    await using file = await open(full, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = await file.stat()
    if (!stat.isFile()) throw new AppError('not-a-file', `${path} is not a file.`)
    if (stat.size > MAX_CONTEXT_CHARS)
      throw new AppError(
        'file-too-large',
        `${path} has ${stat.size} bytes; at most ${MAX_CONTEXT_CHARS} can go along.`,
        {
          hint: 'Send the part that matters, for example with tail or grep through a pipe.',
        },
      )
    const text = await file.readFile('utf8')
    if (text.includes('\0')) throw new AppError('unsupported-media-type', `${path} is not a text file.`)
    return { name: basename(full), text }
  } catch (error) {
    throw whyNot(path, error)
  }
}

/** The context that a question is sent with; undefined when nothing goes along. */
export function contextOf(attachments: readonly Attachment[]): string | undefined {
  const [first] = attachments
  if (first === undefined) return undefined
  if (attachments.length === 1 && first.name === '') return first.text
  const text = attachments
    .map(({ name, text: content }) => `File ${name === '' ? '(piped)' : name}:\n${content.trimEnd()}`)
    .join('\n\n')
  if (text.length > MAX_CONTEXT_CHARS)
    throw new AppError(
      'file-too-large',
      `The files have ${text.length} characters together; at most ${MAX_CONTEXT_CHARS} can go along.`,
    )
  return text
}

/**
 * Reads what is piped in, to its end. Of a text that is too long the end stays, where a log has its newest lines.
 * @returns the text, and how many characters at its beginning were left out
 */
export async function readPiped(input: TextInput): Promise<{ text: string; dropped: number }> {
  const decoder = new TextDecoder()
  let text = ''
  let dropped = 0
  const keepEnd = () => {
    const extra = text.length - MAX_CONTEXT_CHARS
    if (extra <= 0) return
    dropped += extra
    text = text.slice(extra)
  }
  for await (const part of input as AsyncIterable<Uint8Array | string>) {
    text += typeof part === 'string' ? part : decoder.decode(part, { stream: true })
    // Cutting at each part would copy the whole text each time.
    if (text.length > 2 * MAX_CONTEXT_CHARS) keepEnd()
  }
  text += decoder.decode()
  keepEnd()
  return { text: text.replaceAll('\0', ''), dropped }
}
