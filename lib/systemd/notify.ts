/**
 * Tells systemd how the service is (sd_notify(3)): that it is ready, alive, and stopping. Node cannot send to a Unix datagram
 * socket, so systemd's own `systemd-notify` does. It is a process of its own, hence the unit needs `NotifyAccess=all`;
 * it waits until systemd has read the message, so that systemd still knows whose it was.
 */
import { execFile } from 'node:child_process'
import { messageOf } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'

export interface SystemdNotifier {
  /** The service answers from now on. */
  ready(): Promise<void>
  /** The service ends; the watchdog is quiet from now on. */
  stopping(): Promise<void>
}

export interface NotifyOptions {
  env: Readonly<Record<string, string | undefined>>
  log: Logger
  /** Id of this process, which the watchdog must be meant for. */
  pid?: number
}

/** Longest that systemd may take to read a message, in milliseconds. */
const TIMEOUT_MS = 10_000

/** How often to say that the process lives: twice in the time that systemd allows; null when it does not ask. */
function watchdogMs(env: NotifyOptions['env'], pid: number): number | null {
  const microseconds = Number(env['WATCHDOG_USEC'])
  const meant = env['WATCHDOG_PID']
  if (!Number.isFinite(microseconds) || microseconds <= 0) return null
  if (meant !== undefined && meant !== '' && Number(meant) !== pid) return null
  return microseconds / 1000 / 2
}

const NOBODY: SystemdNotifier = { ready: () => Promise.resolve(), stopping: () => Promise.resolve() }

/**
 * A notifier for the systemd that started this process; without one (`NOTIFY_SOCKET` is not set) it does nothing. The
 * watchdog's sign of life comes from a timer of the event loop: when the loop is blocked, none is sent.
 */
export function createSystemdNotifier({ env, log, pid = process.pid }: NotifyOptions): SystemdNotifier {
  const socket = env['NOTIFY_SOCKET'] ?? ''
  if (socket === '') return NOBODY
  let watchdog: NodeJS.Timeout | null = null
  let sending = false
  let warned = false

  const say = (...states: string[]) =>
    new Promise<void>((resolve) => {
      const options = { env: { ...process.env, ...env }, timeout: TIMEOUT_MS }
      execFile('systemd-notify', states, options, (error) => {
        if (error !== null && !warned) {
          warned = true
          const hint = 'The unit needs Type=notify, NotifyAccess=all and systemd-notify in its PATH.'
          log.warn(`systemd could not be told of the state: ${messageOf(error)}`, { error, hint })
        }
        resolve()
      })
    })

  const beat = () => {
    // A systemd that is slow to read must not make messages pile up.
    if (sending) return
    sending = true
    void say('WATCHDOG=1').finally(() => (sending = false))
  }

  return {
    ready: async () => {
      await say('READY=1', `MAINPID=${pid}`)
      const every = watchdogMs(env, pid)
      if (every !== null) watchdog = setInterval(beat, every).unref()
    },
    stopping: async () => {
      if (watchdog !== null) clearInterval(watchdog)
      await say('STOPPING=1')
    },
  }
}
