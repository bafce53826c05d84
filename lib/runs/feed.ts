import type { RunEvent } from '../operations/types.ts'

interface Watcher {
  queue: RunEvent[]
  wake: () => void
}

/** Adds an event to a list, joining tokens and replacing a step's older progress, so that the list stays short. */
function append(list: RunEvent[], event: RunEvent): void {
  const last = list.at(-1)
  if (event.type === 'token' && last?.type === 'token')
    list[list.length - 1] = { type: 'token', text: last.text + event.text }
  else if (event.type === 'progress' && last?.type === 'progress') list[list.length - 1] = event
  else list.push(event)
}

/**
 * The events of one live run: whoever comes late gets what was before, and a slow reader gets joined events instead of
 * an ever longer queue.
 */
export class RunFeed {
  readonly #past: RunEvent[] = []
  readonly #watchers = new Set<Watcher>()
  #ended = false

  push(event: RunEvent): void {
    append(this.#past, event)
    for (const watcher of this.#watchers) {
      append(watcher.queue, event)
      watcher.wake()
    }
  }

  /** No more events will come. */
  end(): void {
    this.#ended = true
    for (const watcher of this.#watchers) watcher.wake()
  }

  /** Steps and the newest progress so far, in order. */
  get past(): readonly RunEvent[] {
    return this.#past
  }

  /** Every event from the start of the run until its end or the signal's abort. */
  async *watch(signal: AbortSignal): AsyncGenerator<RunEvent, void, undefined> {
    let wake: () => void = () => undefined
    const watcher: Watcher = { queue: [...this.#past], wake: () => wake() }
    const onAbort = () => wake()
    signal.addEventListener('abort', onAbort)
    this.#watchers.add(watcher)
    try {
      while (!signal.aborted) {
        const events = watcher.queue
        watcher.queue = []
        yield* events
        if (watcher.queue.length > 0) continue
        if (this.#ended) return
        await new Promise<void>((resolve) => {
          wake = resolve
          if (signal.aborted || this.#ended || watcher.queue.length > 0) resolve()
        })
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#watchers.delete(watcher)
    }
  }
}
