// A real Ollama on a free port, for the time of a test run.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../lib/free-port.mjs'

const startTimeoutMs = 60_000

async function answers(url) {
  try {
    return (await fetch(`${url}/api/version`)).ok
  } catch {
    return false
  }
}

/**
 * Starts `ollama serve` and waits until it answers.
 * @returns {Promise<{url: string, stop: () => Promise<void>}>} rejects with the server's own output when it does not start.
 */
export async function serveOllama({ program, models }) {
  const url = `http://127.0.0.1:${await freePort()}`
  mkdirSync(models, { recursive: true })
  const env = { ...process.env, OLLAMA_HOST: url, OLLAMA_MODELS: models, HOME: process.env.HOME ?? models }
  const child = spawn(program, ['serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (log = (log + text).slice(-20_000)))
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await exited
    clearTimeout(late)
  }
  const deadline = Date.now() + startTimeoutMs
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`ollama serve ended with ${child.exitCode}\n${log}`)
    if (Date.now() > deadline) {
      await stop()
      throw new Error(`ollama serve did not answer within ${startTimeoutMs / 1000} s\n${log}`)
    }
    await sleep(100)
  }
  return { url, stop }
}
