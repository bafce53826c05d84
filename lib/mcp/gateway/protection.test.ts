import { describe, expect, it } from 'vitest'
import type { StdioTransport } from './definition.ts'
import { protectedCommand, protectionOf } from './protection.ts'

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
const words = (means: Parameters<typeof protectedCommand>[3], more: Partial<StdioTransport> = {}) => {
  const { command, args } = protectedCommand({ ...transport, ...more }, '/usr/bin/env', '/home/me', means)
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

  it('never carries the environment', () => {
    expect(words(all).join(' ')).not.toContain('never on a command line')
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
