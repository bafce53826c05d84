import { spawn } from 'node:child_process'
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { movePlan, type MoveOptions } from './apply/job.ts'
import { png, pdf } from './testing/contents.ts'
import { Scene } from './testing/scene.ts'
import type { Snapshot } from './testing/snapshot.ts'
import { breakAt, steppingDisk, steppingStore, type FileSystem } from './testing/stepping.ts'

/** The same to the nanosecond each time, so that what comes of it is too. */
function fill(scene: Scene): void {
  const write = (name: string, content: Buffer) => {
    writeFileSync(join(scene.root, name), content)
    utimesSync(join(scene.root, name), 1_780_000_000, 1_780_000_000)
  }
  write('a.pdf', pdf('a'))
  write('b.png', png('b'))
  write('b copy.png', png('b'))
}

/** Our own names never stay behind. */
const leftovers = (shot: Snapshot) => Object.keys(shot).filter((name) => name.includes('.hwc-ai-'))

const nothingLost = (scene: Scene, before: Record<string, number>) => {
  const now = scene.contents()
  for (const content of Object.keys(before))
    expect(now[content] ?? 0, content).toBeGreaterThanOrEqual(before[content] ?? 0)
}

interface Ends {
  messy: Snapshot
  tidy: Snapshot
  contents: Record<string, number>
}

/** What the folder is like before and after. */
async function ends(): Promise<Ends> {
  using scene = new Scene()
  fill(scene)
  const [messy, contents] = [scene.snapshot(), scene.contents()]
  await scene.apply((await scene.plan()).plan_id)
  return { messy, tidy: scene.snapshot(), contents }
}

async function planned(scene: Scene): Promise<string> {
  fill(scene)
  return (await scene.plan()).plan_id
}

/** Runs a real process that kills itself at the step; tells whether it was killed. */
function child(scene: Scene, id: string, direction: 'apply' | 'undo', at: number): Promise<boolean> {
  const script = join(import.meta.dirname, 'testing/crash-child.ts')
  return new Promise((resolve, reject) => {
    const process_ = spawn(
      process.execPath,
      ['--no-warnings', script, scene.storeFile, id, direction, scene.root, String(at)],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    )
    process_.on('error', reject)
    process_.on('exit', (code, signal) =>
      code === 0 || signal === 'SIGKILL' ? resolve(signal !== null) : reject(new Error(`exit ${String(code)}`)),
    )
  })
}

describe('a process killed with SIGKILL between any two steps', () => {
  it.each(['apply', 'undo'] as const)(
    'loses nothing, and the next start finishes its %s',
    { timeout: 300_000 },
    async (direction) => {
      const { tidy, messy, contents } = await ends()
      let killed = true
      for (let at = 1; killed; at++) {
        using scene = new Scene()
        const id = await planned(scene)
        if (direction === 'undo') await scene.apply(id)
        killed = await child(scene, id, direction, at)
        nothingLost(scene, contents)
        if (killed) await scene.recover()
        const after = scene.snapshot()
        expect(leftovers(after), `killed at ${at}`).toEqual([])
        // Killed before the plan was taken, or after it was let go of, nothing is left to finish.
        const { status } = await scene.view(id)
        expect(after, `killed at ${at}, then ${status}`).toEqual(
          status === 'planned' || status === 'undone' ? messy : tidy,
        )
        expect(scene.contents()).toEqual(contents)
      }
    },
  )
})

const fileSystems: FileSystem[] = ['one-device', 'no-links', 'two-devices']

describe.each(fileSystems)('breaking off between any two steps on a file system like %s', (fileSystem) => {
  it.each(['apply', 'undo'] as const)(
    'loses nothing, and the next start finishes the %s',
    { timeout: 300_000 },
    async (direction) => {
      const { tidy, messy, contents } = await ends()
      let broken = true
      for (let at = 1; broken; at++) {
        using scene = new Scene()
        const id = await planned(scene)
        if (direction === 'undo')
          await scene.apply(
            id,
            steppingDisk(() => undefined, fileSystem),
          )
        const { step, count } = breakAt(at)
        const options: MoveOptions = scene.options(steppingDisk(step, fileSystem), steppingStore(scene.store, step))
        await movePlan(id, direction, options).catch(() => undefined)
        broken = count() >= at
        nothingLost(scene, contents)
        // A dead process would not have let go of the plan, as this one could.
        if (broken) await scene.died(id, direction)
        if (broken) await scene.recover(steppingDisk(() => undefined, fileSystem))
        const after = scene.snapshot()
        expect(leftovers(after), `broken at ${at}`).toEqual([])
        const { status, actions } = await scene.view(id)
        expect(timeless(after), `broken at ${at}, then ${status}`).toEqual(
          timeless(status === 'planned' || status === 'undone' ? messy : tidy),
        )
        expect(actions.filter(({ state }) => state === 'intent' || state === 'undoing')).toEqual([])
      }
    },
  )
})

/** Copies across devices keep the time to the microsecond at least; the rest must be the same to the bit. */
function timeless(shot: Snapshot): Snapshot {
  return Object.fromEntries(
    Object.entries(shot).map(([name, entry]) => [name, entry.replace(/^(file \d+ \d+ \d+)\d{3} /, '$1 ')]),
  )
}
