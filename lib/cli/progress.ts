import type { RunEvent } from '../operations/types.ts'
import { forTerminal } from './output.ts'

/** Shows steps and progress on a terminal's standard error: one line that is written over. Elsewhere it says nothing. */
export function progressReporter(stream: NodeJS.WriteStream): { event: (event: RunEvent) => void; done: () => void } {
  if (!stream.isTTY) return { event: () => undefined, done: () => undefined }
  let shown = false
  const show = (text: string) => {
    stream.write(`\r\u001b[2K${forTerminal(text).slice(0, stream.columns - 1)}`)
    shown = true
  }
  return {
    event: (event) => {
      if (event.type === 'step') show(event.message)
      else if (event.type === 'progress')
        show(
          `${event.message ?? ''} ${event.done}${event.total === null ? '' : ` of ${event.total}`} ${event.unit}`.trim(),
        )
    },
    done: () => {
      if (shown) stream.write('\r\u001b[2K')
    },
  }
}
