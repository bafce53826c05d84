/** The real Ollama in tests: where it is, starting it, and taking its model along. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../../scripts/lib/free-port.mjs'
import { isSystemError } from '../../errors/index.ts'
import { blobPath } from '../folder.ts'
import { blobsOf } from '../manifest.ts'
import { manifestIn } from './registry.ts'

/** A real Ollama program and a model folder that has the test model, or null. */
export function realOllama(): { program: string; models: string } | null {
  const program = process.env['HWC_AI_TEST_OLLAMA_BIN'] ?? ''
  const models = process.env['HWC_AI_TEST_OLLAMA_MODELS'] ?? ''
  return program === '' || models === '' ? null : { program, models }
}

export interface ServedOllama {
  url: string
  /** Has the processes that let its models answer stand still most of the time, until it is told to stop. */
  slowDown(): () => void
  /** What it has logged. */
  log(): string
  /** Stops it from outside, e.g. with SIGSTOP. */
  signal(signal: NodeJS.Signals): void
  /** Ends it: at once with `SIGKILL`. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Processes that a process has started, from any of its threads. */
function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (!isSystemError(error, 'ESRCH')) throw error
    }
}

async function untilItAnswers(url: string, child: ChildProcess, log: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`ollama serve ended\n${log()}`)
    const answers = await fetch(`${url}/api/version`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (answers) return
    await sleep(50)
  }
}

/**
 * Starts `ollama serve` on a model folder and waits until it answers.
 * @param port default: one that is free
 */
export async function serveOllama(program: string, models: string, port?: number): Promise<ServedOllama> {
  const url = `http://127.0.0.1:${port ?? (await freePort())}`
  const env = { ...process.env, OLLAMA_HOST: url, OLLAMA_MODELS: models }
  const child = spawn(program, ['serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-50_000)))
  const exited = once(child, 'exit')
  await untilItAnswers(url, child, () => log)
  return {
    url,
    log: () => log,
    slowDown: () => {
      const send = (signal: NodeJS.Signals) => signalAll(childrenOf(child.pid ?? 0), signal)
      const halt = () => {
        send('SIGSTOP')
        setTimeout(() => send('SIGCONT'), 550)
      }
      halt()
      const timer = setInterval(halt, 600)
      return () => {
        clearInterval(timer)
        setTimeout(() => send('SIGCONT'), 600)
      }
    },
    signal: (signal) => void child.kill(signal),
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return
      // The processes of its models would outlive it, which a service manager sees to elsewhere.
      if (signal === 'SIGKILL') signalAll(childrenOf(child.pid ?? 0), signal)
      child.kill(signal)
      const late = setTimeout(() => child.kill('SIGKILL'), 5000)
      await exited
      clearTimeout(late)
    },
  }
}

/** The name of the test model, and its manifest in a folder of Ollama's. */
export const TEST_MODEL = 'gemma3-270m:latest'
const TEST_MANIFEST = 'library/gemma3-270m/latest'
const DEFAULT_HOST = 'registry.ollama.ai'

/**
 * Puts the test model into another folder of Ollama's: its files as links where both lie on one file system, else as copies.
 */
export function bringTestModel(from: string, to: string): void {
  const manifest = join(to, 'manifests', DEFAULT_HOST, TEST_MANIFEST)
  mkdirSync(dirname(manifest), { recursive: true })
  mkdirSync(join(to, 'blobs'), { recursive: true })
  // Ollama writes into a manifest that is there, but never into a file of a model.
  copyFileSync(join(from, 'manifests', DEFAULT_HOST, TEST_MANIFEST), manifest)
  for (const { digest } of blobsOf(manifestIn(from, TEST_MANIFEST))) {
    const [source, target] = [blobPath(from, digest), blobPath(to, digest)]
    try {
      linkSync(source, target)
    } catch {
      copyFileSync(source, target)
    }
  }
}
