/** The ways in which a command is ended from outside: Ctrl-C, a service manager, a closed terminal, a reader that goes away. */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const listeners = new Set<() => void>()

/**
 * Calls the listener when the command shall end, so that what runs is stopped and recorded. A second signal ends the
 * process at once, as without a listener.
 * @returns takes the listener away
 */
export function onStop(listener: () => void): () => void {
  const onSignal = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal)
    listener()
  }
  listeners.add(listener)
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return () => {
    listeners.delete(listener)
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}

/** The reader of a pipe went away, and the terminal was closed. */
const NOBODY_READS = ['EPIPE', 'EIO']

/**
 * Sees to standard output that cannot be written: what runs is stopped. A reader that goes away early (`hwc-ai … | head`) is no
 * error, and the command ends with 0. Anything else, such as a full disk, is said, and it ends with 1.
 * @returns sets the exit code of the command, unless the output has set it
 */
export function watchOutput(): (code: number) => void {
  let failed = false
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (failed) return
    failed = true
    process.exitCode = NOBODY_READS.includes(error.code ?? '') ? 0 : 1
    if (process.exitCode === 1) process.stderr.write(`The output cannot be written: ${error.message}\n`)
    for (const listener of [...listeners]) listener()
  })
  // There is nowhere left to say so.
  process.stderr.on('error', () => undefined)
  return (code) => {
    if (!failed) process.exitCode = code
  }
}
