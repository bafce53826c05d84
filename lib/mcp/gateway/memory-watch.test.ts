import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, it } from 'vitest'
import { residentBytes } from './memory-watch.ts'

const MIB = 1024 ** 2
const HOARD = `const kept = Buffer.alloc(${200 * MIB}, 1); console.log('ready'); process.stdin.on('end', () => kept.at(0)).resume()`
/** Starts the program that hoards from a thread which is not the first. */
const FROM_A_THREAD = `
const { Worker } = require('node:worker_threads')
const source = \`require('node:child_process').spawn(process.execPath, ['-e', \${JSON.stringify(process.argv[1])}], { stdio: 'inherit' })\`
new Worker(source, { eval: true })
`

let child: ChildProcess | undefined
afterEach(() => child?.stdin?.end())

async function started(...args: string[]): Promise<number> {
  child = spawn(process.execPath, ['-e', ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  if (child.stdout !== null) await once(child.stdout, 'data')
  return child.pid ?? 0
}

it.each([
  ['itself', [HOARD]],
  ['what one of its threads started', [FROM_A_THREAD, HOARD]],
])('a program has the memory of %s', async (_what, args) => {
  const pid = await started(...args)
  expect(residentBytes(pid)).toBeGreaterThan(200 * MIB)
})

it('one that has ended has none', () => {
  expect(residentBytes(2 ** 22 + 1)).toBe(0)
})
