/** What the Nix export costs: rendering, writing to the disk, comparing, checking, and the command with its start. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadSettings } from '../lib/config/index.ts'
import { compare, exportTree } from '../nix/export/index.ts'
import { lint } from '../nix/lint/index.ts'
import { renderTree } from '../nix/render.ts'
import { median } from './process.ts'
import { figure, machine, table, writeSection } from './report.ts'

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 20)
const COMMAND = fileURLToPath(new URL('../bin/hwc-ai.mjs', import.meta.url))
const PLAIN = { force: false, keep: [], version: '1.0.0' }

/** Much of everything, so that the machine's file is a long one. */
const CONFIG = {
  enable: true,
  ollama: { enable: true, models: Array.from({ length: 50 }, (_, i) => ({ name: `model-${i}:3b`, priority: i })) },
  'open-webui': { enable: true, extraEnv: { WEBUI_NAME: 'Home' } },
  'local-workflows': { enable: true, fileCleanup: { enable: true, watchDirs: ['/srv/inbox'] } },
  mcp: { enable: true },
  health: {
    checks: Object.fromEntries(
      Array.from({ length: 100 }, (_, i) => [`check-${i}`, { url: `http://127.0.0.1:${i + 1}/` }]),
    ),
  },
}

const { settings, sources } = loadSettings({
  env: { HWC_AI_CONFIG: JSON.stringify(CONFIG) },
  readFile: () => '',
  stateDir: '/var/lib/hwc-ai',
})
const render = () => renderTree({ settings, sources, version: '1.0.0' })
const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-bench-nix-'))
let folders = 0
const fresh = () => join(folder, String(folders++))

/** Milliseconds of each round. */
async function timed(rounds: number, work: (round: number) => unknown): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    await work(round)
    times.push(performance.now() - began)
  }
  return times
}

const worst = (times: readonly number[]) => Math.max(...times)

try {
  const [first = 0] = await timed(1, () => exportTree(render(), fresh(), PLAIN))
  const exported = await timed(ROUNDS, () => exportTree(render(), fresh(), PLAIN))
  const directory = fresh()
  await exportTree(render(), directory, PLAIN)
  const again = await timed(ROUNDS, () => exportTree(render(), directory, PLAIN))
  const compared = await timed(ROUNDS, () => compare(render(), directory))
  const checked = await timed(ROUNDS, () => lint(render()))
  const commands = await timed(Math.min(ROUNDS, 5), () =>
    execFileSync(process.execPath, [COMMAND, 'nix', 'export', fresh()], {
      env: { ...process.env, HWC_AI_STATE: join(folder, 'state'), HWC_AI_CONFIG: JSON.stringify(CONFIG) },
    }),
  )
  const tree = render()
  const bytes = [...tree.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  const row = (name: string, times: readonly number[]) => [name, figure(median(times)), figure(worst(times))]
  await writeSection(
    'nix',
    [
      `${machine()} ${tree.size} files, ${Math.round(bytes / 1024)} KiB; every file is on the disk before an export is done. ${ROUNDS} rounds.`,
      table(
        ['', 'median ms', 'slowest ms'],
        [
          ['the first full export of a process', figure(first), ''],
          row('a full export into an empty folder', exported),
          row('an export that changes nothing', again),
          row('a comparison with a folder', compared),
          row('all rules of the Charter', checked),
          row('`hwc-ai nix export DIR`, its start included', commands),
        ],
      ),
    ].join('\n\n'),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
