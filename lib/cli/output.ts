/** What the command line prints: exact text for files and pipes, harmless text for a terminal. */
import { toAppError } from '../errors/index.ts'
import { toProblem } from '../errors/problem.ts'

type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>

/** Control characters but tab and newline, among them the escape that begins every terminal sequence. */
const CONTROL = /[^\P{Cc}\t\n]/gu

/** A log, a file's name or an error can hold a sequence that retitles the terminal or hides text: shown, not obeyed. */
export function forTerminal(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(CONTROL, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

/** Writes lines; no text is no line. */
export function print(text: string, stream: Stream = process.stdout): void {
  const lines = text === '' || text.endsWith('\n') ? text : `${text}\n`
  stream.write(stream.isTTY ? forTerminal(lines) : lines)
}

/** Says what went wrong: in words, or with `json` as a problem document. */
export function printError(error: unknown, json: boolean, stream: Stream = process.stderr): void {
  const problem = toProblem(error)
  if (json) {
    print(JSON.stringify(problem), stream)
    return
  }
  const appError = toAppError(error)
  const internal = appError.code === 'internal'
  const detail = internal ? appError.message : problem.detail
  // What a single fault of an input is, the sentence says; of the settings it says only where.
  const many = appError.faults.length > 1 || appError.code === 'settings-invalid'
  const faults = (many ? appError.faults : [])
    .filter((fault) => !detail.includes(fault.message))
    .map((fault) => `  ${fault.path}: ${fault.message}`)
  // The hint of an unforeseen failure names the server's log, which a command does not write.
  const hint = internal || problem.hint === undefined ? [] : [problem.hint]
  print([detail, ...faults, ...hint].join('\n'), stream)
}
