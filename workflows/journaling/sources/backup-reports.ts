/** Reports that backup programs leave in a folder: text and log files line by line, JSON reports as one line of fields. */
import type { Dirent } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isSystemError, messageOf } from '#lib/errors/index.ts'
import { isObject } from '#lib/is-object.ts'
import { logFile } from './log-file.ts'
import { unavailable, type LogSource, type OnRecord, type ReadContext, type ReadWindow } from './types.ts'

const REPORT = /\.(?:log|txt|json|out)(?:\.gz)?$/i
const MAX_FILES = 500
/** A JSON report larger than this is read line by line, as newline-delimited JSON is. */
const MAX_JSON_BYTES = 1 << 20
const MAX_FIELDS = 30

/** @param folder null when none is set */
export function backupReports(folder: string | null): LogSource {
  return {
    id: 'backup-reports',
    title: 'backup reports',
    async read(window, onRecord, context) {
      if (folder === null) return unavailable('No folder is set: set local-workflows.journaling.backupReportsDir.')
      let entries: Dirent[]
      try {
        entries = await readdir(folder, { withFileTypes: true })
      } catch (error) {
        return unavailable(
          isSystemError(error, 'ENOENT')
            ? `${folder} does not exist.`
            : `${folder} cannot be read: ${messageOf(error)}`,
        )
      }
      const names = entries
        .filter((entry) => entry.isFile() && REPORT.test(entry.name))
        .map((entry) => entry.name)
        .sort()
      const failed: string[] = []
      for (const name of names.slice(0, MAX_FILES))
        if (!(await readReport(join(folder, name), window, onRecord, context))) failed.push(name)
      const skipped = names.length > MAX_FILES ? [`${names.length - MAX_FILES} more files were left out.`] : []
      const reasons = [...(failed.length > 0 ? [`These could not be read: ${failed.join(', ')}.`] : []), ...skipped]
      const cursor = window.to.toISOString()
      return reasons.length === 0
        ? { state: 'read', reason: null, cursor }
        : { state: 'partly', reason: reasons.join(' '), cursor }
    },
  }
}

/** False when the report could not be read. */
async function readReport(
  path: string,
  window: ReadWindow,
  onRecord: OnRecord,
  context: ReadContext,
): Promise<boolean> {
  context.signal.throwIfAborted()
  const since = window.cursor === null ? window.from.getTime() : Date.parse(window.cursor)
  try {
    const stats = await stat(path)
    if (stats.mtimeMs <= since || stats.mtimeMs > window.to.getTime()) return true
    if (
      path.endsWith('.json') &&
      stats.size <= MAX_JSON_BYTES &&
      handOverJson(path, await readFile(path, 'utf8'), stats.mtimeMs, onRecord)
    )
      return true
  } catch {
    return false
  }
  const result = await logFile(path).read({ from: new Date(since), to: window.to, cursor: null }, onRecord, context)
  return result.state !== 'unavailable'
}

/** Hands a JSON report over as one line; false when it is not one JSON object. */
function handOverJson(path: string, text: string, at: number, onRecord: OnRecord): boolean {
  let report: unknown
  try {
    report = JSON.parse(text)
  } catch {
    return false
  }
  if (!isObject(report)) return false
  const fields = Object.entries(report)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .slice(0, MAX_FIELDS)
    .map(([name, value]) => `${name}=${String(value)}`)
  const buffer = Buffer.from(fields.join(' ').replaceAll('\n', ' '))
  onRecord({
    buffer,
    start: 0,
    end: buffer.length,
    at: () => at,
    severity: null,
    talker: path.slice(path.lastIndexOf('/') + 1),
    reference: () => path,
  })
  return true
}
