/** Reads a source in a test. */
import { silentLogger } from '#lib/logging/index.ts'
import type { LogSource, ReadWindow } from './types.ts'

/** All that a source hands over, and its result. The window is wide unless given. */
export async function readAll(
  source: LogSource,
  window: Partial<ReadWindow> = {},
  signal = new AbortController().signal,
) {
  const records: { text: string; at: number | null; severity: number | null; talker: string; reference: string }[] = []
  const whole = { from: new Date(0), to: new Date('2100-01-01'), cursor: null, ...window }
  const result = await source.read(
    whole,
    ({ buffer, start, end, at, severity, talker, reference }) =>
      records.push({
        text: Buffer.from(buffer.subarray(start, end)).toString('utf8'),
        at: at(),
        severity,
        talker,
        reference: reference(),
      }),
    { signal, log: silentLogger },
  )
  return { records, texts: records.map((record) => record.text), result }
}
