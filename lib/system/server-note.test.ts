import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { processOwner } from '../process/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { claimServer, forgetServerFact, runningServer, type ServerFact } from './server-note.ts'

const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-claim-'))
const now = new Date('2026-03-01T11:30:00Z')
let ours: Store
let theirs: Store

/** The process that started this one, as an owner: it lives as long as the test does. */
function parentOwner(): string {
  const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8')
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return [process.ppid, start, processOwner().split(':')[2]].join(':')
}

const fact = (owner: string, address: string): ServerFact => ({
  owner,
  version: '0.0.0',
  address,
  started_at: now.toISOString(),
  requests_processed: 0,
})
const we = fact(processOwner(), 'http://127.0.0.1:1')
const they = fact(parentOwner(), 'http://127.0.0.1:2')
const dead = fact('1:0:deadboot', 'http://127.0.0.1:3')

beforeAll(() => {
  ours = openStore(join(folder, 'store.sqlite'))
  theirs = openStore(join(folder, 'store.sqlite'))
})
afterAll(async () => {
  await Promise.all([ours.close(), theirs.close()])
  rmSync(folder, { recursive: true })
})

const clear = () => ours.db.deleteFrom('facts').execute()

describe('claiming a store for a server', () => {
  it.each([
    ['nobody left a note', null],
    ['a dead server left its note', dead],
  ])('lets one of two that start in one moment, when %s', async (_, left) => {
    await clear()
    if (left !== null) await claimServer(ours, left, now)
    const found = await Promise.all([claimServer(ours, we, now), claimServer(theirs, they, now)])
    expect(found.filter((other) => other === null)).toHaveLength(1)
    expect(found.filter((other) => other !== null)).toHaveLength(1)
  })

  it('leaves the note of another server when it stops', async () => {
    await clear()
    await claimServer(theirs, they, now)
    await forgetServerFact(ours)
    expect(await runningServer(ours)).toMatchObject({ address: they.address })
    await clear()
    await claimServer(ours, we, now)
    await forgetServerFact(ours)
    expect(await ours.db.selectFrom('facts').selectAll().execute()).toEqual([])
  })
})
