/** The file cleanup against organize, each through its own command, and the walk against `find`. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { walk, type WalkVisitor } from '../lib/files/walk.ts'
import { rawPath } from '../lib/files/raw-path.ts'
import { inRoot } from '../scripts/lib/root.mjs'
import { type Timed, timeCommand } from './command.ts'
import { hwcAiEnvironment } from './peers/hwc-ai.ts'
import { installOrganize, writeOrganizeConfig } from './peers/organize.ts'
import { median } from './process.ts'
import { figure, machine, table, writeSection } from './report.ts'
import { makeTree } from './tree.ts'

const large = 100_000
const small = 20_000
const limitSeconds = 120

const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-bench-'))

/** Runs `work` five times and takes the middle, in seconds. */
function timeMiddle(work: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now()
    work()
    return (performance.now() - began) / 1000
  })
  return median(times)
}

function walkRows(tree: string): string[][] {
  let entries = 0
  const visitor: WalkVisitor = {
    folder: () => undefined,
    entry: () => {
      entries++
      return true
    },
    unreadable: (path, error) => {
      throw new Error(`${path}: ${error.message}`)
    },
  }
  const root = rawPath(Buffer.from(tree).toString('latin1'))
  const ours = timeMiddle(() => walk(root, visitor))
  if (entries < 5 * large) throw new Error(`the walk saw ${entries} entries`)
  const find = timeMiddle(() => void execFileSync('find', [tree, '-printf', '%i %s %T@ %p\\n'], { maxBuffer: 2 ** 30 }))
  const text = (count: number) => count.toLocaleString('en')
  return [[`walk of ${text(large)} files, s`, figure(ours), `${figure(find)} (find)`, `${figure(find / ours)} ×`]]
}

/** One `hwc-ai cleanup` command with JSON output. */
async function ours(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<{ timed: Timed; json: unknown }> {
  const output = join(folder, 'out.json')
  const command = [inRoot('bin', 'hwc-ai.mjs'), 'cleanup', ...args, '--json']
  const timed = await timeCommand(process.execPath, { args: command, env, output, limitSeconds })
  console.log(`hwc-ai cleanup ${args[0] ?? ''}: ${timed.seconds.toFixed(2)} s, ${timed.peakMiB.toFixed(0)} MiB`)
  return { timed, json: JSON.parse(readFileSync(output, 'utf8')) }
}

const planned = z.object({ plan_id: z.string(), files_analyzed: z.number(), summary: z.object({ move: z.number() }) })

/** Plans a tree. @returns how long it took and the plan's id; every file has to be in it, or the time means nothing */
async function plan(env: NodeJS.ProcessEnv, tree: string, count: number): Promise<{ timed: Timed; id: string }> {
  const { timed, json } = await ours(env, ['plan', tree, '--recursive'])
  const { plan_id: id, files_analyzed: analyzed, summary } = planned.parse(json)
  if (analyzed !== count || summary.move !== count)
    throw new Error(`${summary.move} moves for ${analyzed} of ${count} files`)
  return { timed, id }
}

async function theirs(program: string, mode: 'sim' | 'run', config: string): Promise<Timed> {
  const args = [mode, '--format', 'errorsonly', config]
  const timed = await timeCommand(program, {
    args,
    env: process.env,
    output: join(folder, 'organize.txt'),
    limitSeconds,
  })
  console.log(`organize ${mode}: ${timed.finished ? timed.seconds.toFixed(2) : `more than ${limitSeconds}`} s`)
  return timed
}

const shown = ({ finished, seconds }: Timed) => (finished ? figure(seconds) : `more than ${limitSeconds}`)
const ratio = (mine: Timed, other: Timed) =>
  `${other.finished ? '' : 'more than '}${figure(other.seconds / mine.seconds)} ×`

/** What the names in a tree are, as one text: equal before and after means that undo put everything back. */
const listing = (tree: string) =>
  execFileSync('bash', ['-c', `find . -type f -printf '%p %s %T@\\n' | LC_ALL=C sort | sha256sum`], {
    cwd: tree,
    encoding: 'utf8',
  })

interface Sides {
  tree: string
  env: NodeJS.ProcessEnv
  program: string
}

async function planRows({ tree, env, program }: Sides, count: number): Promise<string[][]> {
  const { timed } = await plan(env, tree, count)
  const sim = await theirs(program, 'sim', writeOrganizeConfig(folder, tree))
  const title = `plan of ${count.toLocaleString('en')} files`
  return [
    [`${title}, s`, figure(timed.seconds), `${shown(sim)} (sim)`, ratio(timed, sim)],
    [`${title}, peak MiB`, figure(timed.peakMiB), figure(sim.peakMiB), ''],
  ]
}

async function moveRows({ tree, env, program }: Sides, count: number): Promise<string[][]> {
  const before = listing(tree)
  const { timed: planning, id } = await plan(env, tree, count)
  const apply = await ours(env, ['apply', id])
  if (listing(tree) === before) throw new Error('apply moved nothing')
  const undo = await ours(env, ['undo', id])
  if (listing(tree) !== before) throw new Error('undo did not put everything back')
  const sim = await theirs(program, 'sim', writeOrganizeConfig(folder, tree))
  const run = await theirs(program, 'run', writeOrganizeConfig(folder, tree))
  const both = { ...planning, seconds: planning.seconds + apply.timed.seconds }
  const title = `${count.toLocaleString('en')} files`
  const perSecond = (timed: Timed) => (timed.finished ? figure(count / timed.seconds) : '')
  return [
    [`plan + apply of ${title}, s`, figure(both.seconds), `${shown(run)} (run)`, ratio(both, run)],
    [`plan + apply, files/s`, perSecond(both), `${perSecond(run)} (run)`, ratio(both, run)],
    [`plan of ${title}, s`, figure(planning.seconds), `${shown(sim)} (sim)`, ratio(planning, sim)],
    [`apply of ${title}, s`, figure(apply.timed.seconds), '', ''],
    [`undo of ${title}, s`, figure(undo.timed.seconds), 'none', ''],
  ]
}

async function main(): Promise<void> {
  const program = await installOrganize(console.log)
  const inbox = join(folder, 'inbox')
  mkdirSync(inbox)
  const env = hwcAiEnvironment({
    folder,
    inbox,
    key: 'hwc_bench-0123456789abcdef0123456789abcdef',
    port: 6021,
    modelsPort: 9,
  })
  const [largeTree, smallTree] = [join(inbox, 'large'), join(inbox, 'small')]
  makeTree(smallTree, small)
  makeTree(largeTree, large)
  const rows = [
    ...walkRows(largeTree),
    ...(await planRows({ tree: largeTree, env, program }, large)),
    ...(await moveRows({ tree: smallTree, env, program }, small)),
  ]
  const text = `${machine()}\n\n${table(['', 'hwc-ai', 'peer', 'ratio'], rows)}`
  console.log(`\n${text}`)
  await writeSection('cleanup', text)
}

try {
  await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
