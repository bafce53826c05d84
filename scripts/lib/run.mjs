// Child processes for the scripts: no shell, no terminal, output kept for the message when something fails.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const keptCharacters = 200_000

const running = new Set()
// A script that ends early must not leave a compiler working for nobody.
process.on('exit', () => {
  for (const child of running) child.kill()
})

/**
 * Runs a program to its end. Its output is kept and shown only when it fails, unless `show` passes it through.
 * @returns {Promise<{code: number, output: string, stdout: string}>} rejects on a non-zero exit unless `allowFailure`.
 */
export function run(command, args, { cwd, env, show = false, allowFailure = false, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: 'SIGKILL' }),
    })
    running.add(child)
    let output = ''
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout = (stdout + text).slice(-keptCharacters)
      output = (output + text).slice(-keptCharacters)
      if (show) process.stdout.write(text)
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-keptCharacters)
      if (show) process.stderr.write(text)
    })
    child.on('error', (cause) => reject(new Error(`${command} could not be started: ${cause.message}`, { cause })))
    child.on('close', (exitCode, signal) => {
      running.delete(child)
      const code = exitCode ?? 1
      if (code === 0 || allowFailure) return resolve({ code, output, stdout })
      const shown = show ? '' : `\n${output.slice(-6_000)}`
      reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? code}${shown}`))
    })
  })
}

/** The absolute path of a program on PATH, or undefined. */
export function which(program, path = process.env.PATH ?? '') {
  for (const folder of path.split(delimiter)) {
    const candidate = join(folder || '.', program)
    try {
      accessSync(candidate, constants.X_OK)
      if (statSync(candidate).isFile()) return candidate
    } catch {
      // Not here: the next folder.
    }
  }
  return undefined
}

/** The standard output of a short command, trimmed, or undefined when it is missing or fails. */
export function ask(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options })
  return result.status === 0 ? result.stdout.trim() : undefined
}
