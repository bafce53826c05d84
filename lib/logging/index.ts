/** Structured logging: one JSON object a line on standard error, where systemd's journal picks it up. */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
  /** A logger that adds these fields to every line. */
  child(fields: Record<string, unknown>): Logger
}

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }
/** Names of fields whose values never reach a log. */
const SECRET = /(^|_)(key|token|password|secret|cookie|authorization)$/i

function render(value: unknown): unknown {
  if (!(value instanceof Error)) return value
  return { name: value.name, message: value.message, stack: value.stack, cause: render(value.cause) }
}

export interface LoggerOptions {
  /** Least important kind that is written, or what says it each time. Default `info`. */
  level?: LogLevel | (() => LogLevel)
  write?: (line: string) => void
  now?: () => Date
  fields?: Record<string, unknown>
}

/**
 * @param options `write` gets each line with its newline; default standard error.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const {
    level = 'info',
    write = (line: string) => process.stderr.write(line),
    now = () => new Date(),
    fields: base = {},
  } = options
  const log = (at: LogLevel, message: string, fields: Record<string, unknown> = {}) => {
    if (RANK[at] < RANK[typeof level === 'function' ? level() : level]) return
    const entry: Record<string, unknown> = { time: now().toISOString(), level: at, message }
    for (const [name, value] of Object.entries({ ...base, ...fields }))
      entry[name] = SECRET.test(name) ? '[hidden]' : render(value)
    write(`${JSON.stringify(entry)}\n`)
  }
  return {
    debug: (message, fields) => log('debug', message, fields),
    info: (message, fields) => log('info', message, fields),
    warn: (message, fields) => log('warn', message, fields),
    error: (message, fields) => log('error', message, fields),
    child: (fields) => createLogger({ ...options, fields: { ...base, ...fields } }),
  }
}

/** A logger that says nothing, for tests and for commands whose output is the answer. */
export const silentLogger: Logger = createLogger({ write: () => undefined })
