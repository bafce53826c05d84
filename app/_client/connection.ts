/** Whether the app answers, as every question of this page finds out. */

export interface Connection {
  state: 'answers' | 'slow' | 'silent'
  /** When it last answered, in milliseconds since 1970. */
  since: number
}

let current: Connection = { state: 'answers', since: 0 }
let answered = Date.now()
const watchers = new Set<() => void>()

function change(state: Connection['state']): void {
  if (current.state === state) return
  current = { state, since: answered }
  watchers.forEach((wake) => wake())
}

/** Something was answered, if only that it is refused. */
export function noteAnswer(): void {
  answered = Date.now()
  change('answers')
}

/** A question found nobody. */
export function noteSilence(): void {
  change('silent')
}

/** A question has waited long. Where others were answered meanwhile, it alone is slow, and its own place says so. */
export function noteWaiting(ms: number): void {
  if (current.state === 'answers' && Date.now() - answered >= ms) change('slow')
}

export const connection = (): Connection => current

export function onConnection(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}
