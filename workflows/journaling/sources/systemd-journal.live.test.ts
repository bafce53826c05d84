/**
 * Against the real `journalctl`, on a journal file that Debian's `systemd-journal-remote` makes from lines of our own.
 * Needs the packages systemd and systemd-journal-remote.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemdJournal } from './systemd-journal.ts'
import { readAll } from './testing.ts'

const REMOTE = ['/lib/systemd/systemd-journal-remote', '/usr/lib/systemd/systemd-journal-remote'].find(existsSync)
const FIRST = Date.parse('2026-03-10T01:00:00Z')
const COUNT = 5000

/** One entry in the journal export format (systemd's JOURNAL_EXPORT_FORMATS): a field that is not one line of text is binary. */
function exported(message: Buffer, index: number): Buffer {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(message.length))
  const at = (FIRST + index * 1000) * 1000
  const head = `__REALTIME_TIMESTAMP=${at}\n__MONOTONIC_TIMESTAMP=${index + 1}\n_BOOT_ID=${'a'.repeat(32)}\nPRIORITY=${index % 8}\n_SYSTEMD_UNIT=web.service\nMESSAGE\n`
  return Buffer.concat([Buffer.from(head), length, message, Buffer.from('\n\n')])
}

const messageOf = (index: number) => {
  if (index === 1) return Buffer.from([0x62, 0xff, 0x61])
  if (index === 2) return Buffer.alloc(200_000, 'z')
  return Buffer.from(`request ${index} served in ${index * 3} ms`)
}

describe.skipIf(REMOTE === undefined)('the systemd journal as journalctl gives it', () => {
  let folder: string
  let source: ReturnType<typeof systemdJournal>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hwc-ai-journald-'))
    const file = join(folder, 'test.journal')
    const input = Buffer.concat(Array.from({ length: COUNT }, (_, i) => exported(messageOf(i), i)))
    const made = spawnSync(REMOTE ?? '', ['-o', file, '-'], { input })
    expect(made.stderr.toString()).not.toMatch(/fail/i)
    source = systemdJournal({ args: [`--file=${file}`] })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('gives every entry of the window with its time, severity and unit', async () => {
    const { records, result } = await readAll(source)
    expect(result).toMatchObject({ state: 'read', reason: null })
    expect(records).toHaveLength(COUNT)
    expect(records[3]).toMatchObject({
      text: 'request 3 served in 9 ms',
      at: FIRST + 3000,
      severity: 3,
      talker: 'web.service',
    })
    expect(records[1]?.text).toBe('b\ufffda')
    expect(records[2]?.text).toBe('(a message too long to be read)')
  })

  it('reads a range of time', async () => {
    const { records } = await readAll(source, { from: new Date(FIRST + 100_000), to: new Date(FIRST + 109_000) })
    expect(records.map((record) => record.at)).toEqual(Array.from({ length: 10 }, (_, i) => FIRST + (100 + i) * 1000))
  })

  it('goes on after the entry it stopped at, with none lost and none twice', async () => {
    const first = await readAll(source, { to: new Date(FIRST + 999_000) })
    const rest = await readAll(source, { cursor: first.result.cursor })
    expect([...first.texts, ...rest.texts]).toEqual((await readAll(source)).texts)
    expect((await readAll(source, { cursor: rest.result.cursor })).records).toEqual([])
  })

  it('says that there is no journal where there is none', async () => {
    const { result } = await readAll(systemdJournal({ args: [`--directory=${folder}/absent`] }))
    expect(result.state).toBe('unavailable')
    expect(result.reason).not.toBe('')
  })
})
