import { existsSync, mkdirSync, renameSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Disk } from '#lib/files/disk.ts'
import { png } from '../testing/contents.ts'
import { Scene } from '../testing/scene.ts'
import { contents, snapshot } from '../testing/snapshot.ts'
import { breakAt, type FileSystem, steppingDisk, steppingStore } from '../testing/stepping.ts'
import { movePlan } from './job.ts'

const SOURCE = 'sub'
const GOAL = 'Pictures'

async function planned(scene: Scene): Promise<string> {
  for (const folder of [SOURCE, '../away']) mkdirSync(join(scene.root, folder))
  for (const name of ['a.png', 'b.png']) {
    const path = join(scene.root, SOURCE, name)
    writeFileSync(path, png(name))
    // A copy to another device has the time to the microsecond only.
    utimesSync(path, 1_780_000_000, 1_780_000_000)
  }
  return (await scene.plan({ recursive: true })).plan_id
}

/** The folder goes out of the tidied one, or comes back; what is in it stays in it. */
const away = (scene: Scene, folder: string) => join(scene.home, 'away', folder)
function carryOff(scene: Scene, folder: string): void {
  if (!existsSync(join(scene.root, folder)) || existsSync(away(scene, folder))) return
  renameSync(join(scene.root, folder), away(scene, folder))
  symlinkSync(join(scene.home, 'away'), join(scene.root, folder))
}
function bringBack(scene: Scene, folder: string): void {
  if (!existsSync(away(scene, folder))) return
  unlinkSync(join(scene.root, folder))
  renameSync(away(scene, folder), join(scene.root, folder))
}

/** Files by their path from the home of the scene. */
function files(scene: Scene): Record<string, string> {
  const all = Object.entries(snapshot(scene.home))
  return Object.fromEntries(all.filter(([name, entry]) => entry.startsWith('file') && !name.startsWith('store.sqlite')))
}
const ours = (scene: Scene, below: string) =>
  Object.keys(files(scene)).filter((name) => name.startsWith(below) && name.includes('.hwc-ai-'))

const afterLink = (disk: Disk, n: number, happen: () => void): Disk => {
  let links = 0
  return {
    ...disk,
    link: (from, to) => {
      disk.link(from, to)
      if (++links === n) happen()
    },
  }
}

interface Trouble {
  fileSystem: FileSystem
  folder: string
  /** The link after which the folder is carried off. */
  link: number
  /** The step at which all ends. */
  at: number
}

/** @returns how many steps there were, and at which of them the folder went */
async function applyInTrouble(scene: Scene, id: string, { fileSystem, folder, link, at }: Trouble) {
  const { step, count } = breakAt(at)
  let gone = 0
  const disk = afterLink(steppingDisk(step, fileSystem), link, () => {
    gone = count()
    carryOff(scene, folder)
  })
  const options = scene.options(disk, steppingStore(scene.store, step))
  await movePlan(id, 'apply', options).catch(() => undefined)
  return { steps: count(), gone }
}

/** The step at which the folder goes when nothing ends before. */
async function stepOfLoss(trouble: Omit<Trouble, 'at'>): Promise<number> {
  using scene = new Scene()
  return (await applyInTrouble(scene, await planned(scene), { ...trouble, at: Infinity })).gone
}

const fileSystems: FileSystem[] = ['one-device', 'two-devices']

describe.each(fileSystems)('dying while names are taken back on a file system like %s', (fileSystem) => {
  it.each([
    [SOURCE, false],
    [SOURCE, true],
    [GOAL, true],
  ])(
    'leaves no hidden name after the next start, with %s carried off, back by then: %s',
    { timeout: 120_000 },
    async (folder, back) => {
      for (const link of [1, 2]) {
        const trouble = { fileSystem, folder, link }
        let reached = true
        for (let at = (await stepOfLoss(trouble)) + 1; reached; at++) {
          using scene = new Scene()
          const id = await planned(scene)
          const before = contents(files(scene))
          reached = (await applyInTrouble(scene, id, { ...trouble, at })).steps >= at
          if (reached) await scene.died(id, 'apply')
          if (back) bringBack(scene, folder)
          const undisturbed = steppingDisk(() => undefined, fileSystem)
          if (reached) await scene.recover(undisturbed)
          expect(ours(scene, back ? '' : 'folder/'), `link ${link}, broken at ${at}`).toEqual([])
          const now = contents(files(scene))
          if (back) expect(now, `link ${link}, broken at ${at}`).toEqual(before)
          for (const content of Object.keys(before)) expect(now[content] ?? 0).toBeGreaterThanOrEqual(1)
        }
      }
    },
  )
})
