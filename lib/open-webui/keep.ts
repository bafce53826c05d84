/** Keeps Open WebUI's list as the settings declare it, where they name the file of a token: then nobody presses a button. */
import { messageOf } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'

/** How long after a success it looks again, in milliseconds: Open WebUI may have been set up anew meanwhile. */
const AGAIN_MS = 300_000
/** How long after a failure, in milliseconds: at the start of the machine Open WebUI takes a while to answer. */
const RETRY_MS = 20_000

export interface KeepOptions {
  /** Whether the settings name the file of a token. */
  isDeclared: () => boolean
  /** Writes what is missing or changed, never what was edited there. */
  apply: () => Promise<unknown>
  log: Logger
  /** Calls back once; gives what takes the call back. */
  setTimer?: (callback: () => void, milliseconds: number) => () => void
}

function timer(callback: () => void, milliseconds: number): () => void {
  const handle = setTimeout(callback, milliseconds).unref()
  return () => clearTimeout(handle)
}

/** @returns stops it, and resolves when nothing is being written any more */
export function keepRegistered({ isDeclared, apply, log, setTimer = timer }: KeepOptions): () => Promise<void> {
  let isStopped = false
  let failing: string | null = null
  let running: Promise<void> = Promise.resolve()
  let cancel: () => void

  const attempt = async (): Promise<number> => {
    if (!isDeclared()) return AGAIN_MS
    try {
      await apply()
      if (failing !== null) log.info('the tool servers of Open WebUI are registered again')
      failing = null
      return AGAIN_MS
    } catch (error) {
      const reason = messageOf(error)
      if (reason !== failing) log.warn('the tool servers of Open WebUI could not be registered', { reason })
      failing = reason
      return RETRY_MS
    }
  }
  const later = (milliseconds: number) => {
    cancel = setTimer(() => {
      running = attempt().then((next) => {
        if (!isStopped) later(next)
      })
    }, milliseconds)
  }
  later(0)
  return async () => {
    isStopped = true
    cancel()
    await running
  }
}
