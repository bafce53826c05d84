/** The sandbox with the real bubblewrap, asked by a shell inside of it. Skipped where it does not work; under CI it has to. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { bubblewrapArgs, probeMeans } from './protection.ts'

const run = promisify(execFile)
const { bubblewrap } = await probeMeans()

it.skipIf(process.env['CI'] === undefined)('bubblewrap works where CI is set', () => {
  expect(bubblewrap).toBe(true)
})

describe.runIf(bubblewrap)('inside of the sandbox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-sandbox-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const sandbox = { home: '/home/me', readOnly: [], readWrite: [folder], hidden: null, network: false }
  const inside = async (script: string, more: object = {}) => {
    const [, ...args] = bubblewrapArgs({ ...sandbox, ...more })
    return (await run('bwrap', [...args, '/bin/sh', '-c', script])).stdout.trim()
  }

  it('nothing can be written but what is bounded, and the folders that may be', async () => {
    const places = ['/', '/dev', '/etc', '/usr', '/home', '/dev/shm', '/tmp', '/home/me', folder]
    const script = places.map((place) => `(: > ${place}/x) 2> /dev/null && echo ${place}`).join('\n')
    expect((await inside(`${script}\ntrue`)).split('\n')).toEqual(['/dev/shm', '/tmp', '/home/me', folder])
    expect(readdirSync(folder)).toEqual(['x'])
  })

  it('what lies in memory has a bound', async () => {
    const fill = (place: string) => `dd if=/dev/zero of=${place}/full bs=1M count=70 2> /dev/null || echo ${place}`
    const script = ['/dev/shm', '/tmp', '/home/me'].map(fill).join('\n')
    expect((await inside(script)).split('\n')).toEqual(['/dev/shm', '/tmp', '/home/me'])
  })

  it.each(['/', '', '/usr/share/app', '/dev/null'])('programs run with the HOME %j', async (home) => {
    expect(await inside('ls / > /dev/null && echo runs', { home })).toBe('runs')
  })
})
