/** Evaluates an exported tree with real Nix: with the library of nixpkgs where there is one, else with a small stand-in. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { nixString } from '../emit/index.ts'
import type { NixTree } from '../types.ts'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const MOST_OUTPUT = 512 * 1024 * 1024
const run = promisify(execFile)

/** Whether `nix-instantiate` is installed here. */
export const hasNix = spawnSync('nix-instantiate', ['--version']).status === 0

/** The library that modules are evaluated with. */
export interface Library {
  path: string
  /** Of nixpkgs; otherwise the stand-in, and what only the real one refuses goes unseen. */
  real: boolean
}

/** Always there. */
export const STAND_IN: Library = { path: join(HERE, 'lib'), real: false }

function nixpkgsOnPath(): string | null {
  const found = spawnSync('nix-instantiate', ['--find-file', 'nixpkgs/lib'], { encoding: 'utf8' })
  return found.status === 0 ? found.stdout.trim() : null
}

/** `NIXPKGS_LIB`, else `<nixpkgs/lib>`, else the stand-in beside this file. */
export function findLibrary(): Library {
  const given = process.env['NIXPKGS_LIB'] || (hasNix ? nixpkgsOnPath() : null)
  if (given !== null && existsSync(join(given, 'default.nix'))) return { path: given, real: true }
  return STAND_IN
}

/** A script or file that the configuration makes, by the path it would have in the store. */
export interface StoreFile {
  text: string
  executable: boolean
}

export interface Evaluated<T> {
  values: Record<string, T>
  /** Those that were asked for while evaluating. */
  files: ReadonlyMap<string, StoreFile>
}

export interface EvaluateOptions {
  /** Modules of the tree, by path; by default all of the AI domain. */
  entry?: readonly string[]
  /** What to return of each case: a Nix function of `{ config, options, … }`; by default `summary.nix`. */
  select?: string
  library?: Library
}

/** A tree on the disk, for as long as a test needs it. */
export interface WrittenTree {
  readonly root: string
  remove(): void
}

export function writeTree(tree: NixTree): WrittenTree {
  const root = mkdtempSync(join(tmpdir(), 'hwc-ai-tree-'))
  for (const [path, text] of tree) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

function expression(
  root: string,
  cases: Readonly<Record<string, string>>,
  { entry, select, library }: EvaluateOptions,
): string {
  const modules = (entry ?? ['domains/ai']).map((path) => nixString(path)).join(' ')
  const texts = Object.entries(cases).map(([name, module]) => `    ${nixString(name)} = ${module};\n`)
  return `import ${HERE}evaluate.nix {
  library = ${(library ?? findLibrary()).path};
  root = ${root};
  entry = [ ${modules} ];
  select = ${select ?? `import ${HERE}summary.nix`};
  cases = { root, lib, pkgs, hwcHost, project }: {
${texts.join('')}  };
}
`
}

/** What the stand-in for `pkgs` traces of each file. */
function tracedFiles(stderr: string): Map<string, StoreFile> {
  const files = new Map<string, StoreFile>()
  for (const [, json] of stderr.matchAll(/^trace: (\{.*"hwcFile":.*\})$/gm)) {
    const { hwcFile, text, executable } = JSON.parse(json ?? '') as StoreFile & { hwcFile: string }
    files.set(hwcFile, { text, executable })
  }
  return files
}

/**
 * Evaluates cases in one go.
 * @param cases modules as Nix source, by name; `root`, `lib`, `pkgs`, `project` (the app's source) and `hwcHost` (a host
 *   with the `hwc.*` options of a machine of this kind) are in scope
 * @throws Error with what Nix says when one of the cases cannot be evaluated
 */
export async function evaluate<T>(
  { root }: WrittenTree,
  cases: Readonly<Record<string, string>>,
  options: EvaluateOptions = {},
): Promise<Evaluated<T>> {
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-cases-'))
  const file = join(folder, 'cases.nix')
  writeFileSync(file, expression(root, cases, options))
  try {
    const { stdout, stderr } = await run('nix-instantiate', ['--eval', '--strict', '--json', file], {
      maxBuffer: MOST_OUTPUT,
    })
    return { values: JSON.parse(stdout) as Record<string, T>, files: tracedFiles(stderr) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * What Nix says against one case.
 * @throws Error when it has nothing against it
 */
export async function refusal(tree: WrittenTree, module: string, options: EvaluateOptions = {}): Promise<string> {
  try {
    await evaluate(tree, { refused: module }, options)
  } catch (error) {
    if (error instanceof Error && 'stderr' in error) return String(error.stderr)
    throw error
  }
  throw new Error(`Nix accepts it: ${module}`)
}
