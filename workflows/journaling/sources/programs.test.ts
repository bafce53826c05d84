import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backupReports } from './backup-reports.ts'
import { containerLogs } from './container-logs.ts'
import { nixosRebuilds } from './nixos-rebuilds.ts'
import { systemdJournal } from './systemd-journal.ts'
import { readAll } from './testing.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'hwc-ai-source-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A program of a few lines that answers as the real one does. */
async function program(name: string, script: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}

const entry = (message: unknown, more: Record<string, unknown> = {}) =>
  JSON.stringify({
    MESSAGE: message,
    PRIORITY: '3',
    _SYSTEMD_UNIT: 'nginx.service',
    __CURSOR: 's=1',
    __REALTIME_TIMESTAMP: '1773100000000000',
    ...more,
  })

describe('the systemd journal', () => {
  it('gives text, bytes that are not UTF-8, and a word for what is too long', async () => {
    const lines = [
      entry('plain\ntext'),
      entry([104, 105, 255]),
      entry(null, { __CURSOR: 's=3', _SYSTEMD_UNIT: undefined, SYSLOG_IDENTIFIER: 'su' }),
    ]
    const command = await program('journalctl', `cat <<'END'\n${lines.join('\n')}\nEND`)
    const { records, result } = await readAll(systemdJournal({ command }))
    expect(records.map(({ text, severity, talker, reference }) => [text, severity, talker, reference])).toEqual([
      ['plain text', 3, 'nginx.service', 's=1'],
      ['hi\ufffd', 3, 'nginx.service', 's=1'],
      ['(a message too long to be read)', 3, 'su', 's=3'],
    ])
    expect(result).toEqual({ state: 'read', reason: null, cursor: 's=3' })
  })

  it('goes on after the cursor, and by time when the journal no longer holds it', async () => {
    const command = await program(
      'journalctl',
      `case "$*" in *after-cursor=s=0*) echo 'Failed to seek to cursor' >&2; exit 1;; *since=@*) echo '${entry('by time')}';; esac`,
    )
    const { texts, result } = await readAll(systemdJournal({ command }), { cursor: 's=0' })
    expect(texts).toEqual(['by time'])
    expect(result).toMatchObject({ state: 'partly', cursor: 's=1' })
  })

  it('counts what is no entry instead of failing', async () => {
    const command = await program('journalctl', `echo 'garbage'; echo '{"MESSAGE":1}'; echo '${entry('fine')}'`)
    const { texts, result } = await readAll(systemdJournal({ command }))
    expect(texts).toEqual(['fine'])
    expect(result.reason).toBe('2 entries could not be read.')
  })

  it('is unavailable without the program, and without journal files', async () => {
    expect((await readAll(systemdJournal({ command: join(folder, 'absent') }))).result.reason).toContain(
      'not installed',
    )
    const command = await program('journalctl', "echo 'No journal files were found.' >&2")
    expect((await readAll(systemdJournal({ command }))).result.state).toBe('unavailable')
  })

  it('stops the program when the signal aborts', async () => {
    const command = await program('journalctl', 'exec sleep 600')
    await expect(readAll(systemdJournal({ command }), {}, AbortSignal.timeout(100))).rejects.toThrow()
  })
})

describe('container logs', () => {
  it('are read from the first engine that answers, each line with its time', async () => {
    const broken = await program('podman', 'echo "cannot connect" >&2; exit 125')
    const docker = await program(
      'docker',
      `case "$1" in ps) echo web; echo --evil;; logs) echo "2026-03-10T01:00:00.5Z GET /"; echo "2026-03-10T02:00:00Z oops" >&2; echo "2026-03-09T00:00:00Z too old";; esac`,
    )
    const { records, result } = await readAll(containerLogs([join(folder, 'absent'), broken, docker]), {
      from: new Date('2026-03-10T00:00:00Z'),
    })
    expect(records.map(({ text, talker }) => [text, talker]).sort()).toEqual([
      ['GET /', 'web'],
      ['oops', 'web'],
    ])
    expect(result.state).toBe('read')
  })

  it('say of each engine why it cannot be asked', async () => {
    const broken = await program('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1')
    const { result } = await readAll(containerLogs([join(folder, 'absent'), broken]))
    expect(result.reason).toMatch(/absent is not installed\. .*Cannot connect to the Docker daemon/)
  })
})

describe('NixOS rebuilds', () => {
  it('are the generations built in the window, with what the journal says', async () => {
    const profiles = join(folder, 'profiles')
    await mkdir(profiles)
    await symlink('/nix/store/aaa-nixos-system', join(profiles, 'system-41-link'))
    await symlink('/nix/store/bbb-nixos-system', join(profiles, 'system-42-link'))
    await writeFile(join(profiles, 'system-43-link'), 'no link, as one that is gone again')
    const journal = systemdJournal({
      command: await program('journalctl', `echo '${entry('switching to configuration')}'`),
    })
    const { texts } = await readAll(nixosRebuilds({ profiles, journal }))
    expect(texts).toEqual([
      'system generation 41 was built: /nix/store/aaa-nixos-system',
      'system generation 42 was built: /nix/store/bbb-nixos-system',
      'switching to configuration',
    ])
    expect((await readAll(nixosRebuilds({ profiles, journal }), { from: new Date('2099-01-01') })).texts).toHaveLength(
      1,
    )
  })

  it('are unavailable on another system', async () => {
    expect((await readAll(nixosRebuilds({ profiles: join(folder, 'absent') }))).result.reason).toContain(
      'no NixOS machine',
    )
  })
})

describe('backup reports', () => {
  it('are the files written in the window: text by line, a JSON report as one line', async () => {
    await writeFile(join(folder, 'restic.log'), 'snapshot saved\nFatal: repository locked\n')
    await writeFile(join(folder, 'borg.json'), '{"status":"ok","files":12,"stats":{"a":1}}')
    await writeFile(join(folder, 'old.log'), 'long ago\n')
    await utimes(join(folder, 'old.log'), 1000, 1000)
    await writeFile(join(folder, 'image.png'), 'no report')
    const { texts, result } = await readAll(backupReports(folder), { from: new Date(2_000_000) })
    expect(texts).toEqual(['status=ok files=12', 'snapshot saved', 'Fatal: repository locked'])
    expect(result.state).toBe('read')
  })

  it('are unavailable when no folder is set or it is not there', async () => {
    expect((await readAll(backupReports(null))).result.state).toBe('unavailable')
    expect((await readAll(backupReports(join(folder, 'absent')))).result.reason).toContain('does not exist')
  })
})
