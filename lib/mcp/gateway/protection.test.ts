import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { partsOfProgram } from './command.ts'
import type { StdioTransport } from './definition.ts'
import { type Means, protectedCommand, protectionOf } from './protection.ts'

const transport: StdioTransport = {
  kind: 'stdio',
  command: '/usr/bin/env',
  args: ['--flag', '$HOME; rm -rf /'],
  env: { SECRET: 'never on a command line' },
  envFile: null,
  readOnlyPaths: ['/srv/wiki'],
  readWritePaths: ['/srv/drafts'],
  network: false,
  shared: false,
  memoryMax: 256,
  cpuQuota: 50,
}
const all = { bubblewrap: true, systemd: 'user', setpriv: true } as const
const none = { bubblewrap: false, systemd: null, setpriv: false } as const
const words = (means: Means, more: Partial<StdioTransport> = {}) => {
  const surroundings = {
    program: '/usr/bin/env',
    search: '/usr/bin',
    home: '/home/me',
    stateDir: '/nowhere/me/state',
    means,
  }
  const { command, args } = protectedCommand({ ...transport, ...more }, surroundings)
  return [command, ...args]
}

describe('the command of a program', () => {
  it('is bounded by systemd, then by bubblewrap, and ends with the program and its arguments as they are', () => {
    const line = words(all)
    expect(line.slice(0, 2)).toEqual(['systemd-run', '--user'])
    expect(line).toEqual(
      expect.arrayContaining(['MemoryMax=256M', 'CPUQuota=50%', '--unshare-all', '--die-with-parent']),
    )
    expect(line.indexOf('bwrap')).toBeGreaterThan(line.indexOf('CPUQuota=50%'))
    expect(line.slice(-3)).toEqual(['/usr/bin/env', '--flag', '$HOME; rm -rf /'])
    expect(line.join(' ')).toContain('--ro-bind-try /srv/wiki /srv/wiki --bind-try /srv/drafts /srv/drafts')
  })

  it('shows a script what it is installed with, and the program that runs it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-parts-'))
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text, { mode: 0o755 })
      return join(folder, path)
    }
    write('node/bin/node', 'a program')
    const script = write('app/node_modules/tool/dist/index.js', '#!/usr/bin/env node\nimport "../other.js"\n')
    mkdirSync(join(folder, 'app/node_modules/.bin'))
    symlinkSync(script, join(folder, 'app/node_modules/.bin/tool'))
    const parts = partsOfProgram(join(folder, 'app/node_modules/.bin/tool'), `/nowhere:${join(folder, 'node/bin')}`)
    expect(parts).toEqual(
      expect.arrayContaining(['app/node_modules', 'node/bin', 'node/lib'].map((p) => join(folder, p))),
    )
    const python = write('python/bin/python3', 'a program')
    const venv = write('venv/bin/tool', `#!${join(folder, 'venv/bin/python')}\n`)
    symlinkSync(python, join(folder, 'venv/bin/python'))
    expect(partsOfProgram(venv, '')).toEqual(
      expect.arrayContaining(['venv/lib', 'venv/pyvenv.cfg', 'python/lib'].map((path) => join(folder, path))),
    )
    rmSync(folder, { recursive: true })
  })

  it('never carries the environment', () => {
    expect(words(all).join(' ')).not.toContain('never on a command line')
  })

  it('never shows the state of the app, but what lies in it and is named', () => {
    expect(words(all).join(' ')).not.toContain('state')
    const folders = { readOnlyPaths: ['/nowhere/me'], readWritePaths: ['/nowhere/me/state/drafts'] }
    expect(words(all, folders).join(' ')).toContain(
      '--ro-bind-try /nowhere/me /nowhere/me --tmpfs /nowhere/me/state --bind-try /nowhere/me/state/drafts',
    )
    expect(words(all, { readWritePaths: ['/nowhere/me/state'] }).join(' ')).toContain(
      '--bind-try /nowhere/me/state /nowhere/me/state --tmpfs /nowhere/me/state',
    )
  })

  it('has the network only when it may', () => {
    expect(words(all)).not.toContain('--share-net')
    expect(words(all, { network: true })).toContain('--share-net')
  })

  it('is the program itself where nothing works, and at least ends with the app where it can', () => {
    expect(words(none)).toEqual(['/usr/bin/env', '--flag', '$HOME; rm -rf /'])
    expect(words({ ...none, setpriv: true }).slice(0, 4)).toEqual(['setpriv', '--pdeathsig', 'KILL', '--'])
  })
})

describe('what is said of it', () => {
  it('names what holds, and says plainly what does not', () => {
    expect(protectionOf(transport, all).memory).toMatch(/at most 256 MiB/)
    const bare = protectionOf(transport, none)
    expect(Object.values(bare).filter((text) => text.includes('not limited on this machine'))).toHaveLength(3)
    expect(protectionOf({ ...transport, network: true }, none).network).toBe('allowed')
  })
})
