// A program with all that it starts: ended as a whole, whether it finishes, hangs or is interrupted.
import { spawn } from 'node:child_process'

const running = new Set()
let watching = false

function killGroup(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    // Nothing of it is left.
  }
}

/** Ctrl-C reaches the scripts alone, since each group is its own; they take their groups with them. */
function watchSignals() {
  if (watching) return
  watching = true
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      for (const child of running) killGroup(child, 'SIGKILL')
      process.exit(130)
    })
  }
}

/** Starts a program in a group of its own; `killAll` ends everything that it started. */
export function startGroup(command, args, { cwd, env, stdio }) {
  watchSignals()
  const child = spawn(command, args, { cwd, env, stdio, detached: true })
  running.add(child)
  child.on('close', () => running.delete(child))
  return { child, killAll: (signal = 'SIGKILL') => killGroup(child, signal) }
}

/**
 * Runs a program to its end without a terminal, keeping the last of its output.
 * What it leaves behind is killed, or its pipes would keep this process waiting.
 * @returns {Promise<{code: number, output: string, timedOut: boolean}>}
 */
export function runGroup(command, args, { cwd, env, timeoutMs }) {
  return new Promise((resolve, reject) => {
    const { child, killAll } = startGroup(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let timedOut = false
    const keep = (text) => (output = (output + text).slice(-400_000))
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    const timer = setTimeout(() => {
      timedOut = true
      killAll()
    }, timeoutMs)
    child.on('error', (cause) => reject(new Error(`${command} could not be started: ${cause.message}`, { cause })))
    child.on('exit', () => {
      clearTimeout(timer)
      setTimeout(killAll, 500).unref()
    })
    child.on('close', (code) => resolve({ code: code ?? 1, output, timedOut }))
  })
}
