/** Scripts of an evaluated configuration, to be run here as systemd would run them there. */
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { StoreFile } from './evaluate.ts'

export interface Ran {
  status: number
  stdout: string
  stderr: string
}

export interface ScriptFolder {
  readonly path: string
  /** File names of the scripts. */
  readonly names: readonly string[]
  /** Runs a script by the name of its file, without ever waiting where it sleeps. */
  run(name: string, env?: Readonly<Record<string, string>>): Promise<Ran>
  remove(): void
}

/** Puts the scripts of a configuration into a folder. */
export function writeScripts(files: ReadonlyMap<string, StoreFile>): ScriptFolder {
  const path = mkdtempSync(join(tmpdir(), 'hwc-ai-scripts-'))
  const quick = join(path, 'quick')
  mkdirSync(quick)
  writeFileSync(join(quick, 'sleep'), '#!/bin/sh\n', { mode: 0o755 })
  const names: string[] = []
  for (const [storePath, { text, executable }] of files) {
    if (!executable) continue
    const name = basename(storePath)
    names.push(name)
    writeFileSync(join(path, name), text)
    chmodSync(join(path, name), 0o755)
  }
  const run = (name: string, env: Readonly<Record<string, string>> = {}) =>
    new Promise<Ran>((resolve, reject) => {
      const child = spawn(join(path, name), {
        env: { NODE_ENV: 'test', PATH: `${quick}:${process.env['PATH'] ?? ''}`, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let [stdout, stderr] = ['', '']
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
      child.on('error', reject).on('close', (status) => {
        resolve({ status: status ?? 1, stdout, stderr })
      })
    })
  return { path, names, run, remove: () => rmSync(path, { recursive: true, force: true }) }
}
