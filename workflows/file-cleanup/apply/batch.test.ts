import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { realDisk, type Disk } from '#lib/files/disk.ts'
import { pdf, png } from '../testing/contents.ts'
import { Scene } from '../testing/scene.ts'
import { contents, snapshot } from '../testing/snapshot.ts'
import { steppingDisk, type FileSystem } from '../testing/stepping.ts'

const SOURCE = 'sub'
const GOAL = 'Pictures'

/** Two files in a subfolder; `decoy` has the same names and is none of the cleanup's business. */
async function planned(scene: Scene): Promise<string> {
  for (const folder of [SOURCE, '../decoy', '../away']) mkdirSync(join(scene.root, folder))
  const write = (name: string, content: Buffer) => {
    writeFileSync(join(scene.root, name), content)
    // A copy to another device has the time to the microsecond only.
    utimesSync(join(scene.root, name), 1_780_000_000, 1_780_000_000)
  }
  for (const name of ['a.png', 'b.png']) {
    write(`${SOURCE}/${name}`, png(name))
    write(`../decoy/${name}`, png(`decoy ${name}`))
  }
  return (await scene.plan({ recursive: true })).plan_id
}

/** Carries a folder off, out of the tidied one, and puts a symlink in its place. */
function carryOff(scene: Scene, folder: string): void {
  if (!existsSync(join(scene.root, folder))) return
  renameSync(join(scene.root, folder), join(scene.home, 'away', folder))
  symlinkSync(join(scene.home, 'decoy'), join(scene.root, folder))
}

const isFile = (entry: string) => entry.startsWith('file')

/** How often each content is there, wherever it lies now. */
function everything(scene: Scene): Record<string, number> {
  const all = Object.entries(snapshot(scene.home))
  return contents(Object.fromEntries(all.filter(([name]) => !name.startsWith('store.sqlite'))))
}

const namesBelow = (folder: string) =>
  Object.entries(snapshot(folder)).flatMap(([name, entry]) => (isFile(entry) ? [name] : []))

const before = (n: number, happen: () => void, fileSystem: FileSystem = 'one-device') => {
  let steps = 0
  const disk = steppingDisk(() => {
    if (++steps === n) happen()
  }, fileSystem)
  return { disk, reached: () => steps >= n }
}

const fileSystems: FileSystem[] = ['one-device', 'no-links', 'two-devices']

describe.each(fileSystems)('a folder carried off in the middle of a batch on a file system like %s', (fileSystem) => {
  it.each([SOURCE, GOAL])(
    '(%s) takes no file along or away, whenever it happens',
    { timeout: 120_000 },
    async (folder) => {
      let reached = true
      for (let n = 1; reached; n++) {
        using scene = new Scene()
        const id = await planned(scene)
        const [all, decoy] = [everything(scene), snapshot(join(scene.home, 'decoy'))]
        const stepping = before(n, () => carryOff(scene, folder), fileSystem)
        const applied = await scene.apply(id, stepping.disk)
        reached = stepping.reached()
        expect(everything(scene), `at ${n}`).toEqual(all)
        expect(snapshot(join(scene.home, 'decoy')), `at ${n}`).toEqual(decoy)
        expect(namesBelow(scene.home).filter((name) => name.includes('.hwc-ai-'))).toEqual([])
        const states = applied.actions.filter(({ action }) => action !== 'skip').map(({ state }) => state)
        expect(states.every((state) => ['done', 'skipped', 'failed'].includes(state))).toBe(true)
      }
    },
  )
})

const onLink = (n: number, happen: () => void): { disk: Disk; links: () => number } => {
  let links = 0
  const link: Disk['link'] = (from, to) => {
    if (++links === n) happen()
    realDisk.link(from, to)
  }
  return { disk: { ...realDisk, link }, links: () => links }
}

describe('a folder carried off between two links of a batch', () => {
  it('keeps its files when it is the one they were to leave', async () => {
    using scene = new Scene()
    const id = await planned(scene)
    const { disk } = onLink(2, () => carryOff(scene, SOURCE))
    const applied = await scene.apply(id, disk)
    expect(readdirSync(join(scene.home, 'away', SOURCE)).sort()).toEqual(['a.png', 'b.png'])
    expect(applied.summary).toMatchObject({ done: 0, kept: 2 })
    const outcomes = applied.actions.filter(({ file }) => file.startsWith('sub/')).map(({ outcome }) => outcome)
    expect(new Set(outcomes)).toEqual(new Set(['Its folder is gone, or is not where it was.']))
  })

  it('gets none of the files when it is the one they were to go to', async () => {
    using scene = new Scene()
    const id = await planned(scene)
    const { disk } = onLink(2, () => carryOff(scene, GOAL))
    await scene.apply(id, disk)
    expect(namesBelow(join(scene.home, 'away'))).toEqual([])
    expect(readdirSync(join(scene.root, SOURCE)).sort()).toEqual(['a.png', 'b.png'])
  })

  it('is found out after some hundred moves, and the files of one in its place are not touched', async () => {
    using scene = new Scene()
    mkdirSync(join(scene.home, 'away'))
    mkdirSync(join(scene.root, SOURCE))
    for (let i = 0; i < 400; i++) writeFileSync(join(scene.root, SOURCE, `${i}.pdf`), pdf(String(i)))
    const { plan_id } = await scene.plan({ recursive: true })
    const all = everything(scene)
    const { disk, links } = onLink(1, () => {
      renameSync(join(scene.root, SOURCE), join(scene.home, 'away', SOURCE))
      mkdirSync(join(scene.root, SOURCE))
      writeFileSync(join(scene.root, SOURCE, '399.pdf'), pdf('somebody else’s'))
    })
    const applied = await scene.apply(plan_id, disk)
    expect(links()).toBe(256)
    expect(applied.summary).toMatchObject({ done: 0, kept: 400 })
    expect(readdirSync(join(scene.home, 'away', SOURCE))).toHaveLength(400)
    expect(readdirSync(join(scene.root, SOURCE))).toEqual(['399.pdf'])
    const now = everything(scene)
    for (const content of Object.keys(all)) expect(now[content]).toBe(all[content])
  })
})

describe('a file with several names', () => {
  it.each<[FileSystem, string, string | null]>([
    ['one-device', 'done', null],
    ['no-links', 'done', null],
    ['two-devices', 'skipped', 'It has further names (hard links), which a copy on another device would part from it.'],
  ])('on a file system like %s is %s', async (fileSystem, state, outcome) => {
    using scene = new Scene()
    const id = await planned(scene)
    linkSync(join(scene.root, SOURCE, 'a.png'), join(scene.home, 'decoy', 'name of a.png'))
    const before = everything(scene)
    const applied = await scene.apply(
      id,
      steppingDisk(() => undefined, fileSystem),
    )
    expect(applied.actions.find(({ file }) => file.endsWith('a.png'))).toMatchObject({ state, outcome })
    expect(lstatSync(join(scene.home, 'decoy', 'name of a.png')).nlink).toBe(2)
    expect(everything(scene)).toEqual(before)
  })
})
