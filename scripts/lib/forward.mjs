// One process standing in front of another: signals, terminal and exit code go through as if it were not there.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']
/** Keys of the terminal send these to the whole foreground group: passing them on would deliver them twice. */
const fromTheTerminal = new Set(['SIGINT', 'SIGQUIT'])

/** Runs a program in this process's place and ends as it ends. Never returns. */
export function becomeProgram(command, args, env = process.env) {
  const child = spawn(command, args, { stdio: 'inherit', env })
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  for (const signal of forwarded) {
    process.on(signal, () => {
      if (!(terminal && fromTheTerminal.has(signal))) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    console.error(`${command} could not be started: ${error.message}`)
    process.exit(127)
  })
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1)
    // Die the same death, so that a shell or systemd sees the true reason.
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
    setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 100)
  })
  return new Promise(() => {})
}
