/** Moves a configuration from the retired options to their successors: says where they are used, and rewrites what is certain. */
import { spawnSync } from 'node:child_process'
import { chmodSync, renameSync, statSync } from 'node:fs'
import { messageOf } from '#lib/errors/index.ts'
import { Staging } from '../export/staging.ts'
import { TargetFolder } from '../export/target-folder.ts'
import { sha256 } from '../export/manifest.ts'
import { unifiedDiff } from '../export/unified-diff.ts'
import type { Migration, MigrationFinding } from '../operations/schemas.ts'
import { nextTurn, type Pause } from '../source/pause.ts'
import { Positions } from '../source/position.ts'
import { readSources } from '../source/read-folder.ts'
import { isExempt, RETIRED_FOLDER } from './names.ts'
import { rewrite, usesIn } from './rewrite.ts'

const SPEAKS_OF_IT = /hwc|server/

function findingsIn(file: string, text: string): MigrationFinding[] {
  const positions = new Positions(text)
  const place = (offset: number) => {
    const { line, column } = positions.at(offset)
    return { file, line, column, text: positions.line(line).trim() }
  }
  const uses = usesIn(text)
  if (uses === null) {
    const at = text.search(/\bhwc\b[\s\S]*\bserver\b/)
    if (at < 0) return []
    const message = 'look at this: the file cannot be read as Nix, so what it sets is not known'
    return [{ ...place(at), kind: 'look', old: 'hwc.server', new: null, message }]
  }
  return uses.map(({ offset, kind, old, new: now, message }) => ({ ...place(offset), kind, old, new: now, message }))
}

interface Rewritten {
  path: string
  before: string
  after: string
}

interface Rewriting {
  rewritten: Rewritten[]
  failed: Migration['failed']
}

async function rewriteAll(
  sources: ReadonlyMap<string, string>,
  files: ReadonlySet<string>,
  pause: Pause,
): Promise<Rewriting> {
  const result: Rewriting = { rewritten: [], failed: [] }
  for (const path of files) {
    await pause()
    const before = sources.get(path) ?? ''
    try {
      const after = rewrite(before)
      if (after !== before) result.rewritten.push({ path, before, after })
    } catch (error) {
      result.failed.push({ path, reason: messageOf(error) })
    }
  }
  return result
}

const hasNix = () => spawnSync('nix-instantiate', ['--version']).status === 0

/** What Nix itself has against a text; null when it reads it. */
function refusedByNix(text: string): string | null {
  const { status, stderr } = spawnSync('nix-instantiate', ['--parse', '-'], { input: text, encoding: 'utf8' })
  return status === 0 ? null : (stderr.trim().split('\n')[0] ?? 'Nix does not read it')
}

/** Puts the files in place, each only if it is still what was read. */
async function write(
  directory: string,
  { rewritten, failed }: Rewriting,
  check: boolean,
  pause: Pause,
): Promise<string[]> {
  const written: string[] = []
  using target = new TargetFolder(directory)
  using staging = new Staging(target.root)
  for (const { path, before, after } of rewritten) {
    await pause()
    const found = target.find(path)
    const refused = check ? refusedByNix(after) : null
    if (found.kind !== 'file' || found.hash !== sha256(before))
      failed.push({ path, reason: 'it has changed meanwhile' })
    else if (refused !== null) failed.push({ path, reason: refused })
    else {
      const { folder, name } = target.folderFor(path)
      const staged = await staging.write(after)
      chmodSync(staged, statSync(folder.child(name)).mode & 0o777)
      renameSync(staged, folder.child(name))
      written.push(path)
    }
  }
  await target.sync()
  return written
}

/**
 * Migrates a repository.
 * @param directory real path @param write whether the files are rewritten, rather than only shown
 * @param pause taken between the files
 * @throws AppError `path-not-found`, `path-not-readable`, `not-a-directory`, `file-too-large`, `conflict`
 */
export async function migrate(
  directory: string,
  { write: isWanted }: { write: boolean },
  pause: Pause = nextTurn,
): Promise<Migration> {
  const all = readSources(directory)
  const sources = new Map([...all].filter(([path]) => path.endsWith('.nix')))
  const checked = [...sources].filter(([path, text]) => !isExempt(path) && SPEAKS_OF_IT.test(text))
  const findings: MigrationFinding[] = []
  for (const [path, text] of checked) {
    await pause()
    findings.push(...findingsIn(path, text))
  }
  const files = new Set(findings.filter(({ kind }) => kind === 'renamed').map(({ file }) => file))
  const rewriting = await rewriteAll(sources, files, pause)
  const check = isWanted && rewriting.rewritten.length > 0 && hasNix()
  const written = isWanted ? await write(directory, rewriting, check, pause) : []
  return {
    directory,
    files: sources.size,
    findings,
    diffs: rewriting.rewritten.map(({ path, before, after }) => ({
      path,
      diff: unifiedDiff(path, before, after).diff,
    })),
    written,
    failed: rewriting.failed,
    folders_to_remove: [...all.keys()].some((path) => path.startsWith(`${RETIRED_FOLDER}/`)) ? [RETIRED_FOLDER] : [],
    parse_checked: check,
  }
}
