/** Logs of containers, through the command line of podman or docker. */
import { readCommand } from './command.ts'
import { unavailable, type LogSource, type OnRecord, type ReadContext, type ReadWindow } from './types.ts'

const ENGINES = ['podman', 'docker']
const MAX_CONTAINERS = 200
/** `2024-01-01T12:00:00.123456789Z ` or with an offset, as `logs --timestamps` writes it. */
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) /

/** @param engines programs to try, in this order */
export function containerLogs(engines: readonly string[] = ENGINES): LogSource {
  return {
    id: 'container-logs',
    title: 'container logs',
    async read(window, onRecord, context) {
      const reasons: string[] = []
      for (const engine of engines) {
        const listed = await listContainers(engine, context)
        if ('reason' in listed) {
          reasons.push(listed.reason)
          continue
        }
        const failed: string[] = []
        for (const name of listed.names)
          if (!(await readContainer(engine, name, window, onRecord, context))) failed.push(name)
        const cursor = window.to.toISOString()
        if (failed.length === 0) return { state: 'read', reason: null, cursor }
        return { state: 'partly', reason: `${engine} could not give the logs of ${failed.join(', ')}.`, cursor }
      }
      return unavailable(reasons.join(' '))
    },
  }
}

async function listContainers(engine: string, context: ReadContext): Promise<{ names: string[] } | { reason: string }> {
  const names: string[] = []
  const result = await readCommand(engine, ['ps', '--all', '--format', '{{.Names}}'], {
    signal: context.signal,
    onLine: (buffer, start, end) => {
      const name = Buffer.from(buffer.subarray(start, end)).toString('utf8').trim()
      // A name that could be read as an option is none that podman or docker allow.
      if (/^[A-Za-z0-9][\w.-]*$/.test(name) && names.length < MAX_CONTAINERS) names.push(name)
    },
  })
  if (!result.found) return { reason: `${engine} is not installed.` }
  if (result.exitCode !== 0) return { reason: `${engine} does not answer: ${result.stderr.split('\n')[0] ?? ''}` }
  return { names }
}

/** False when the engine could not give the logs. */
async function readContainer(
  engine: string,
  name: string,
  window: ReadWindow,
  onRecord: OnRecord,
  context: ReadContext,
): Promise<boolean> {
  const since = window.cursor === null ? window.from : new Date(window.cursor)
  const onLine = (buffer: Uint8Array, start: number, end: number) => {
    const stamp = STAMP.exec(Buffer.from(buffer.subarray(start, Math.min(end, start + 48))).toString('latin1'))
    const at = stamp?.[1] === undefined ? null : Date.parse(stamp[1])
    // `--since` and `--until` include their ends; an entry begins after the end of the one before it.
    if (at !== null && (at <= since.getTime() || at > window.to.getTime())) return
    const reference = () => `${name} at ${stamp?.[1] ?? 'an unknown time'}`
    onRecord({
      buffer,
      start: start + (stamp?.[0].length ?? 0),
      end,
      at: () => at,
      severity: null,
      talker: name,
      reference,
    })
  }
  const args = ['logs', '--timestamps', `--since=${since.toISOString()}`, `--until=${window.to.toISOString()}`, name]
  const result = await readCommand(engine, args, { signal: context.signal, onLine, onErrorLine: onLine })
  return result.found && result.exitCode === 0
}
