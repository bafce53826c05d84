import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePath } from '#lib/files/raw-path.ts'
import { makeMessyFolder } from './testing/messy-folder.ts'
import { jpeg, pdf, png, unknown } from './testing/contents.ts'
import { Scene } from './testing/scene.ts'
import type { PlanView } from './schema.ts'

const moves = (plan: PlanView) => plan.actions.filter(({ action }) => action !== 'skip')
const reasonFor = (plan: PlanView, file: string) => plan.actions.find((action) => action.file === file)?.reason
const actionFor = (plan: PlanView, file: string) => plan.actions.find((action) => action.file === file)

describe('any messy folder', () => {
  it('gets exactly what the plan says, is tidy then, and comes back exactly', { timeout: 120_000 }, async () => {
    const folders = fc.record({
      files: fc.integer({ min: 0, max: 40 }),
      seed: fc.integer({ min: 1, max: 1e6 }),
      recursive: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(folders, async ({ files, seed, recursive }) => {
        using scene = new Scene()
        makeMessyFolder(scene.root, { files, seed })
        const before = scene.snapshot()
        const contents = scene.contents()
        const plan = await scene.plan({ recursive })
        expect(scene.snapshot()).toEqual(before)

        const applied = await scene.apply(plan.plan_id)
        expect(applied.actions.filter(({ action, state }) => action !== 'skip' && state !== 'done')).toEqual([])
        const after = scene.snapshot()
        const expected = { ...before }
        for (const { file } of moves(plan)) Reflect.deleteProperty(expected, parsePath(file))
        for (const { file, destination } of moves(plan))
          expected[parsePath(destination ?? '')] = before[parsePath(file)] ?? 'lost'
        expect(
          Object.fromEntries(
            Object.entries(after).filter(([name]) => name in before || !after[name]?.startsWith('folder')),
          ),
        ).toEqual(expected)
        expect(scene.contents()).toEqual(contents)

        expect(moves(await scene.plan({ recursive }))).toEqual([])
        const undone = await scene.undo(plan.plan_id)
        expect(undone.status).toBe('undone')
        expect(scene.snapshot()).toEqual(before)
      }),
      { numRuns: 12 },
    )
  })

  it('never gives two files one name, however many are called the same', { timeout: 120_000 }, async () => {
    const names = fc.uniqueArray(
      fc.tuple(fc.constantFrom('a', 'b', 'ü'.repeat(126), 'x'.repeat(251)), fc.constantFrom('', ' (2)', ' (3)')),
      {
        selector: ([stem, number]) => stem + number,
        maxLength: 8,
      },
    )
    await fc.assert(
      fc.asyncProperty(names, fc.integer({ min: 1, max: 4 }), async (chosen, folders) => {
        using scene = new Scene()
        for (let i = 0; i < folders; i++) {
          mkdirSync(join(scene.root, `folder${i}`))
          for (const [stem, number] of chosen) {
            const name = `${stem.slice(0, stem.length > 200 ? 251 - number.length : 200)}${number}`
            const fitting = Buffer.byteLength(name) > 251 ? name.slice(0, 120) : name
            writeFileSync(join(scene.root, `folder${i}`, `${fitting}.txt`), `${i} ${stem}${number}`)
          }
        }
        const before = scene.snapshot()
        const plan = await scene.plan({ recursive: true })
        const destinations = moves(plan).map(({ destination }) => destination)
        expect(new Set(destinations).size).toBe(destinations.length)
        const applied = await scene.apply(plan.plan_id)
        expect(applied.summary.done).toBe(destinations.length)
        await scene.undo(plan.plan_id)
        expect(scene.snapshot()).toEqual(before)
      }),
      { numRuns: 25 },
    )
  })
})

describe('a plan', () => {
  it('goes by content: a PNG named .txt is a picture, keeps its name, and the reason says so', async () => {
    using scene = new Scene()
    writeFileSync(join(scene.root, 'photo.txt'), png('x'))
    const [action] = (await scene.plan()).actions
    expect(action).toMatchObject({
      action: 'move',
      category: 'pictures',
      destination: expect.stringMatching(/^Pictures\/\d{4}\/photo\.txt$/) as string,
    })
    expect(action?.reason).toContain('PNG image, although its name ends in .txt')
  })

  it('gives the second of two files with one goal a number, and says so', async () => {
    using scene = new Scene()
    mkdirSync(join(scene.root, 'sub'))
    writeFileSync(join(scene.root, 'a.pdf'), pdf('one'))
    writeFileSync(join(scene.root, 'sub/a.pdf'), pdf('two'))
    const plan = await scene.plan({ recursive: true })
    const destinations = moves(plan).map(({ destination }) => destination?.replace(/\d{4}/, 'Y'))
    expect(destinations).toEqual(['Documents/Y/a.pdf', 'Documents/Y/a (2).pdf'])
    expect(reasonFor(plan, 'sub/a.pdf')).toContain('is taken, so it gets a number')
  })

  it('sends later copies to Duplicates, also of what lies at the goal already', async () => {
    using scene = new Scene()
    for (const [name, time] of [
      ['new.pdf', 1_700_000_900],
      ['old.pdf', 1_700_000_000],
    ] as const) {
      writeFileSync(join(scene.root, name), pdf('same'))
      utimesSync(join(scene.root, name), time, time)
    }
    mkdirSync(join(scene.root, 'Documents/2023'), { recursive: true })
    writeFileSync(join(scene.root, 'Documents/2023/old.pdf'), pdf('same'))
    const plan = await scene.plan()
    expect(
      moves(plan)
        .map(({ destination }) => destination)
        .sort(),
    ).toEqual(['Duplicates/new.pdf', 'Duplicates/old.pdf'])
    expect(reasonFor(plan, 'old.pdf')).toBe('The same content as Documents/2023/old.pdf.')
  })

  it('leaves two names of one file alone as duplicates', async () => {
    using scene = new Scene()
    writeFileSync(join(scene.root, 'a.pdf'), pdf('one'))
    linkSync(join(scene.root, 'a.pdf'), join(scene.root, 'b.pdf'))
    const plan = await scene.plan()
    expect(plan.summary.by_reason).toEqual({ rule: 2 })
    expect(reasonFor(plan, 'b.pdf')).toContain('2 names (hard links)')
  })

  it('leaves alone a file that is open for writing', async () => {
    using scene = new Scene()
    const fd = openSync(join(scene.root, 'log.txt'), 'w')
    writeFileSync(join(scene.root, 'read.txt'), 'text')
    const reader = openSync(join(scene.root, 'read.txt'), 'r')
    const plan = await scene.plan()
    closeSync(fd)
    closeSync(reader)
    expect(actionFor(plan, 'log.txt')).toMatchObject({ action: 'skip', because: 'open-for-writing' })
    expect(actionFor(plan, 'read.txt')).toMatchObject({ action: 'move' })
  })

  it('puts nothing through a symlink or a file that stands where a folder would be', async () => {
    using scene = new Scene()
    const outside = join(scene.home, 'outside')
    mkdirSync(outside)
    symlinkSync(outside, join(scene.root, 'Documents'))
    writeFileSync(join(scene.root, 'Pictures'), unknown('a file of that name'))
    writeFileSync(join(scene.root, 'a.pdf'), pdf('a'))
    writeFileSync(join(scene.root, 'b.png'), png('b'))
    const plan = await scene.plan()
    expect(moves(plan)).toEqual([])
    expect(reasonFor(plan, 'a.pdf')).toBe('Documents is a symbolic link; nothing is moved through it.')
    expect(reasonFor(plan, 'b.png')).toBe('Pictures is in the way: it is not a folder.')
  })

  it('skips a read-only folder for a user who is not root', () => {
    using scene = new Scene()
    makeMessyFolder(scene.root, { files: 0 })
    const script = `
      process.setgid(65534); process.setuid(65534)
      const { collect } = await import(${JSON.stringify(join(import.meta.dirname, 'plan/collect.ts'))})
      const rules = { ignores: () => false, isOwnFolder: () => false }
      const found = collect(${JSON.stringify(scene.root)}, { recursive: true, rules, isOpenForWriting: () => false, tick() {} })
      console.log(JSON.stringify(found.skipped.filter(({ because }) => because === 'read-only').map(({ file }) => file)))`
    spawnSync('chmod', ['-R', 'a+rX', scene.home])
    const asUser = process.getuid?.() === 0 ? script : script.replace(/process\.set.*\n/, '')
    const { stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', asUser], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toContain('read-only/kept.txt')
  })
})

describe('apply', () => {
  const changes: readonly (readonly [string, (file: string) => void, RegExp])[] = [
    ['was written to', (file) => writeFileSync(file, pdf('longer than before')), /size changed/],
    ['was touched', (file) => utimesSync(file, 1, 1), /written to/],
    [
      'was replaced',
      (file) => {
        writeFileSync(`${file}.new`, readFileSync(file))
        renameSync(`${file}.new`, file)
      },
      /Another file took its place/,
    ],
    ['was removed', (file) => rmSync(file), /no longer there/],
    [
      'became a symlink',
      (file) => {
        rmSync(file)
        symlinkSync('/etc/passwd', file)
      },
      /not a file took its place/,
    ],
  ]
  it.each(changes)('leaves a file that %s since the plan', async (_, change, why) => {
    using scene = new Scene()
    writeFileSync(join(scene.root, 'a.pdf'), pdf('a'))
    writeFileSync(join(scene.root, 'b.png'), png('b'))
    const plan = await scene.plan()
    change(join(scene.root, 'a.pdf'))
    const before = scene.snapshot()['a.pdf']
    const applied = await scene.apply(plan.plan_id)
    expect(actionFor(applied, 'a.pdf')).toMatchObject({
      state: 'skipped',
      outcome: expect.stringMatching(why) as string,
    })
    expect(actionFor(applied, 'b.png')).toMatchObject({ state: 'done' })
    expect(scene.snapshot()['a.pdf']).toBe(before)
  })

  it('replaces nothing that came to the goal since the plan', async () => {
    using scene = new Scene()
    writeFileSync(join(scene.root, 'a.pdf'), pdf('a'))
    const plan = await scene.plan()
    const goal = join(scene.root, plan.actions[0]?.destination ?? '')
    mkdirSync(join(goal, '..'), { recursive: true })
    writeFileSync(goal, 'somebody was here')
    const applied = await scene.apply(plan.plan_id)
    expect(applied.actions[0]).toMatchObject({
      state: 'skipped',
      outcome: expect.stringContaining('nothing is replaced') as string,
    })
    expect(readFileSync(goal, 'utf8')).toBe('somebody was here')
    expect(existsSync(join(scene.root, 'a.pdf'))).toBe(true)
  })

  it('follows no symlink that took the place of a folder since the plan', async () => {
    using scene = new Scene()
    const outside = join(scene.home, 'outside')
    mkdirSync(outside)
    mkdirSync(join(scene.root, 'sub'))
    writeFileSync(join(scene.root, 'a.pdf'), pdf('a'))
    writeFileSync(join(scene.root, 'sub/b.png'), png('b'))
    writeFileSync(join(outside, 'b.png'), png('b'))
    const plan = await scene.plan({ recursive: true })
    rmSync(join(scene.root, 'sub'), { recursive: true })
    symlinkSync(outside, join(scene.root, 'sub'))
    symlinkSync(outside, join(scene.root, 'Documents'))
    const applied = await scene.apply(plan.plan_id)
    expect(applied.summary.done).toBe(0)
    expect(existsSync(join(outside, 'b.png'))).toBe(true)
    expect(lstatSync(join(scene.root, 'a.pdf')).isFile()).toBe(true)
  })

  it('refuses when the folder itself is now another, or no longer allowed', async () => {
    using scene = new Scene()
    writeFileSync(join(scene.root, 'a.pdf'), pdf('a'))
    const plan = await scene.plan()
    renameSync(scene.root, `${scene.root}-away`)
    symlinkSync(`${scene.root}-away`, scene.root)
    await expect(scene.apply(plan.plan_id)).rejects.toMatchObject({ code: 'path-not-allowed' })
    rmSync(scene.root)
    renameSync(`${scene.root}-away`, scene.root)
    expect((await scene.apply(plan.plan_id)).summary.done).toBe(1)
  })

  it('is refused a second time, and undo too', async () => {
    using scene = new Scene()
    writeFileSync(join(scene.root, 'a.pdf'), pdf('a'))
    const { plan_id } = await scene.plan()
    await expect(scene.undo(plan_id)).rejects.toMatchObject({ code: 'plan-state' })
    await scene.apply(plan_id)
    await expect(scene.apply(plan_id)).rejects.toMatchObject({ code: 'plan-state' })
    await scene.undo(plan_id)
    await expect(scene.undo(plan_id)).rejects.toMatchObject({ code: 'plan-state' })
  })

  it('is left to the process that is at it', async () => {
    using scene = new Scene()
    writeFileSync(join(scene.root, 'a.pdf'), pdf('a'))
    const { plan_id } = await scene.plan()
    const parent = spawnSync('cat', [`/proc/${process.ppid}/stat`], { encoding: 'utf8' }).stdout
    const start = parent.slice(parent.lastIndexOf(')') + 2).split(' ')[19] ?? ''
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)
    const owner = `${process.ppid}:${start}:${boot}`
    await scene.store.db
      .updateTable('cleanup_plans')
      .set({ status: 'applying', owner })
      .where('id', '=', plan_id)
      .execute()
    await scene.recover()
    expect((await scene.view(plan_id)).status).toBe('applying')
    await expect(scene.apply(plan_id)).rejects.toMatchObject({ code: 'plan-state' })
    expect(existsSync(join(scene.root, 'a.pdf'))).toBe(true)
  })
})

describe('undo', () => {
  it('skips a file edited after apply, and takes back the rest', async () => {
    using scene = new Scene()
    writeFileSync(join(scene.root, 'a.pdf'), pdf('a'))
    writeFileSync(join(scene.root, 'b.jpg'), jpeg('b'))
    const plan = await scene.plan()
    await scene.apply(plan.plan_id)
    const edited = join(scene.root, actionFor(plan, 'a.pdf')?.destination ?? '')
    writeFileSync(edited, pdf('edited by hand'))
    const undone = await scene.undo(plan.plan_id)
    expect(undone.status).toBe('partly-undone')
    expect(actionFor(undone, 'a.pdf')).toMatchObject({
      state: 'done',
      outcome: expect.stringContaining('changed') as string,
    })
    expect(existsSync(edited)).toBe(true)
    expect(existsSync(join(scene.root, 'b.jpg'))).toBe(true)
    expect(existsSync(join(scene.root, 'Pictures'))).toBe(false)
  })

  it('replaces nothing that took the old name meanwhile', async () => {
    using scene = new Scene()
    writeFileSync(join(scene.root, 'a.pdf'), pdf('a'))
    const plan = await scene.plan()
    await scene.apply(plan.plan_id)
    writeFileSync(join(scene.root, 'a.pdf'), 'new')
    const undone = await scene.undo(plan.plan_id)
    expect(undone.actions[0]).toMatchObject({
      state: 'done',
      outcome: expect.stringContaining('nothing is replaced') as string,
    })
    expect(readFileSync(join(scene.root, 'a.pdf'), 'utf8')).toBe('new')
  })
})
