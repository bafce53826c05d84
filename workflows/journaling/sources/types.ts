/**
 * The seam for log sources: each is one file here that reads a window of time as a stream. Adding one is that file and a
 * line in `index.ts`; analysis and rendering know sources only by what is below.
 */
import type { Logger } from '#lib/logging/index.ts'

/** Severity as syslog counts it: 0 emergency, 3 error, 4 warning, 6 information, 7 debug. */
export type Severity = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7

/** One message, valid only during the call it is handed to. */
export interface LogRecord {
  /** Bytes of the message (or whole line) at `buffer[start, end)`. */
  buffer: Uint8Array
  start: number
  end: number
  /** Milliseconds since 1970; null when the line does not say. Asked for examples only. */
  at: () => number | null
  severity: Severity | null
  /** Who said it: a unit, program, container or file. */
  talker: string
  /** Where to find it again: a journal cursor, `path, byte N`. Asked for examples only. */
  reference: () => string
}

export type OnRecord = (record: LogRecord) => void

export interface ReadWindow {
  from: Date
  to: Date
  /** Where the last entry stopped; null: by time, from `from` on. */
  cursor: string | null
}

/** How reading went. `partly`: something was read, and `reason` says what was not. */
export interface ReadResult {
  state: 'read' | 'partly' | 'unavailable'
  /** Words for a person; null when all was read. */
  reason: string | null
  /** Where the next entry goes on; null leaves the last one. */
  cursor: string | null
}

export interface ReadContext {
  signal: AbortSignal
  log: Logger
}

export interface LogSource {
  /** As in the input: `systemd-journal`, or the path of a file. */
  id: string
  title: string
  /**
   * Hands over every record of the window, oldest first within one talker. Never throws for a source that is not there:
   * that is a result. Throws when the signal aborts.
   */
  read(window: ReadWindow, onRecord: OnRecord, context: ReadContext): Promise<ReadResult>
}

/** A source that cannot be read now. */
export function unavailable(reason: string): ReadResult {
  return { state: 'unavailable', reason, cursor: null }
}
