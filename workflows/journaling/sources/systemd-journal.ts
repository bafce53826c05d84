/** The systemd journal, through `journalctl -o json` (journalctl(1), systemd.journal-fields(7)). */
import * as z from 'zod'
import { readCommand, type CommandResult } from './command.ts'
import {
  unavailable,
  type LogSource,
  type OnRecord,
  type ReadContext,
  type ReadResult,
  type ReadWindow,
  type Severity,
} from './types.ts'

/** A field is text, or its bytes where it is not UTF-8; null where it is too long for `-o json`. */
const field = z.union([z.string(), z.array(z.number().int().min(0).max(255)), z.null()])
const entrySchema = z.object({
  MESSAGE: field.optional(),
  PRIORITY: z.string().optional(),
  SYSLOG_IDENTIFIER: z.unknown().optional(),
  _SYSTEMD_UNIT: z.unknown().optional(),
  __CURSOR: z.string(),
  __REALTIME_TIMESTAMP: z.string(),
})

const FIELDS = 'MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_SYSTEMD_UNIT'
const OPEN_BRACE = 123
const TOO_LONG = Buffer.from('(a message too long to be read)')

export interface JournalOptions {
  /** Further arguments: `--file`, `--directory`, or matches such as `SYSLOG_IDENTIFIER=nixos`. */
  args?: readonly string[]
  command?: string
}

/** The journal of this machine, or the part of it that `options.args` choose. */
export function systemdJournal({ args = [], command = 'journalctl' }: JournalOptions = {}): LogSource {
  return {
    id: 'systemd-journal',
    title: 'systemd journal',
    async read(window, onRecord, context) {
      const run = (start: readonly string[]) => readJournal(command, [...args, ...start], window, onRecord, context)
      const since = `--since=@${Math.floor(window.from.getTime() / 1000)}`
      if (window.cursor === null) return emptyOrRead(await run([since]), command, args, context)
      const after = await run([`--after-cursor=${window.cursor}`])
      if (after.state !== 'unavailable') return after
      // The cursor's entry may be gone with the journal's own rotation: the time still says where to go on.
      const byTime = await run([since])
      return byTime.state === 'read'
        ? {
            ...byTime,
            state: 'partly',
            reason: 'The journal no longer holds where the last entry ended; it was read by time.',
          }
        : byTime
    },
  }
}

/** Nothing in the window is no news, but a journal with nothing in it at all is one that cannot be read. */
async function emptyOrRead(
  result: ReadResult,
  command: string,
  args: readonly string[],
  { signal }: ReadContext,
): Promise<ReadResult> {
  if (result.state !== 'read' || result.cursor !== null) return result
  let entries = 0
  const onLine = (buffer: Uint8Array, start: number) => {
    if (buffer[start] === OPEN_BRACE) entries++
  }
  await readCommand(command, ['-o', 'json', '--no-pager', '--lines=1', '--output-fields=PRIORITY', ...args], {
    signal,
    onLine,
  })
  return entries > 0
    ? result
    : unavailable('The journal of this machine holds no entries, or none that this user may read.')
}

async function readJournal(
  command: string,
  args: readonly string[],
  window: ReadWindow,
  onRecord: OnRecord,
  context: ReadContext,
): Promise<ReadResult> {
  const read = { cursor: window.cursor, entries: 0, broken: 0 }
  const until = `--until=@${Math.ceil(window.to.getTime() / 1000)}`
  const result = await readCommand(command, ['-o', 'json', '--no-pager', `--output-fields=${FIELDS}`, ...args, until], {
    signal: context.signal,
    onLine: (buffer, start, end) => {
      const entry = parseEntry(Buffer.from(buffer.subarray(start, end)).toString('utf8'))
      if (entry === null) read.broken++
      else if (entry.at <= window.to.getTime()) {
        read.cursor = entry.cursor
        read.entries++
        onRecord({ ...entry, at: () => entry.at, start: 0, end: entry.buffer.length, reference: () => entry.cursor })
      }
    },
  })
  return outcome(command, result, read)
}

function parseEntry(line: string) {
  if (!line.startsWith('{')) return null
  let parsed
  try {
    parsed = entrySchema.safeParse(JSON.parse(line))
  } catch {
    return null
  }
  if (!parsed.success) return null
  const {
    MESSAGE: message,
    PRIORITY: priority,
    SYSLOG_IDENTIFIER: identifier,
    _SYSTEMD_UNIT: unit,
    __CURSOR: cursor,
  } = parsed.data
  const buffer =
    message === null
      ? TOO_LONG
      : Buffer.from(typeof message === 'string' ? message.replaceAll('\n', ' ') : (message ?? []))
  const talker = typeof unit === 'string' ? unit : typeof identifier === 'string' ? identifier : 'unknown'
  return { buffer, at: Number(parsed.data.__REALTIME_TIMESTAMP) / 1000, severity: severityOf(priority), talker, cursor }
}

function severityOf(priority: string | undefined): Severity | null {
  const number = Number(priority)
  return priority !== undefined && isSeverity(number) ? number : null
}

const isSeverity = (number: number): number is Severity => Number.isInteger(number) && number >= 0 && number <= 7

function outcome(
  command: string,
  result: CommandResult,
  read: { cursor: string | null; entries: number; broken: number },
): ReadResult {
  if (!result.found) return unavailable(`The program ${command} is not installed.`)
  const { stderr, exitCode } = result
  if (/No journal files were (?:found|opened)/.test(stderr)) return unavailable(noJournal(stderr))
  if (exitCode !== 0 && read.entries === 0)
    return unavailable(`${command} ended with exit code ${exitCode ?? 'none'}: ${firstLine(stderr)}`)
  const reasons = [
    ...(exitCode === 0 ? [] : [`${command} stopped early: ${firstLine(stderr)}`]),
    ...(/not seeing messages from other users/.test(stderr)
      ? ['Only the messages of this user can be read; add it to the group systemd-journal.']
      : []),
    ...(read.broken > 0 ? [`${read.broken} entries could not be read.`] : []),
  ]
  return {
    state: reasons.length === 0 ? 'read' : 'partly',
    reason: reasons.length === 0 ? null : reasons.join(' '),
    cursor: read.cursor,
  }
}

const firstLine = (text: string) => text.split('\n')[0] ?? ''

function noJournal(stderr: string): string {
  return /permission/i.test(stderr)
    ? 'The journal cannot be read by this user; add it to the group systemd-journal.'
    : 'There are no journal files on this machine.'
}
