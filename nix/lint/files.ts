/** The files of a tree as the rules look at them. */
import type { NixExpr } from '#lib/syntax/nix/ast.ts'
import { parseNix } from '#lib/syntax/nix/parser.ts'
import type { LintFinding } from '../operations/schemas.ts'
import { type Definition, definitionsIn } from '../source/definitions.ts'
import type { Pause } from '../source/pause.ts'
import { Positions } from '../source/position.ts'

export interface NixFile {
  path: string
  /** Path of its folder. */
  folder: string
  name: string
  text: string
  lines: readonly string[]
  positions: Positions
  /** Null where it cannot be read as Nix. */
  expression: NixExpr | null
  faults: readonly { offset: number; message: string }[]
  definitions: readonly Definition[]
}

const READ_AT_ONCE = 10

/** A folder that holds a module: its own files and those of its `parts`. */
export interface ModuleFolder {
  path: string
  files: readonly NixFile[]
  readme: string | null
}

export interface LintTree {
  files: readonly NixFile[]
  modules: readonly ModuleFolder[]
}

/** A finding before it is known which rule made it. */
export type Found = Omit<LintFinding, 'rule'>

/** Checks one rule of the Charter. */
export type Rule = (tree: LintTree) => Iterable<Found>

function readFile(path: string, text: string): NixFile {
  const { expression, faults } = parseNix(text)
  const slash = path.lastIndexOf('/')
  return {
    path,
    folder: path.slice(0, Math.max(0, slash)),
    name: path.slice(slash + 1),
    text,
    lines: text.split('\n'),
    positions: new Positions(text),
    expression,
    faults,
    definitions: expression === null ? [] : definitionsIn(expression),
  }
}

/** @param sources the texts of Nix files and READMEs, by path */
export async function lintTree(sources: ReadonlyMap<string, string>, pause: Pause): Promise<LintTree> {
  const files: NixFile[] = []
  for (const [path, text] of sources) {
    if (!path.endsWith('.nix')) continue
    files.push(readFile(path, text))
    if (files.length % READ_AT_ONCE === 0) await pause()
  }
  const isModule = ({ folder, name }: NixFile) =>
    /^domains\/./.test(folder) && (name === 'index.nix' || name === 'options.nix')
  const folders = [...new Set(files.filter(isModule).map(({ folder }) => folder))]
  const owner = ({ folder }: NixFile) =>
    folders
      .filter((module) => folder === module || folder.startsWith(`${module}/parts`))
      .sort((a, b) => b.length - a.length)[0]
  const modules = folders.map((path) => ({
    path,
    files: files.filter((file) => owner(file) === path),
    readme: sources.get(`${path}/README.md`) ?? null,
  }))
  return { files, modules }
}

/** A finding at an offset of a file. */
export function foundAt(file: NixFile, offset: number, severity: Found['severity'], message: string): Found {
  return { file: file.path, line: file.positions.at(offset).line, severity, message }
}

/** A finding about a file as a whole. */
export function foundIn(path: string, severity: Found['severity'], message: string, line = 1): Found {
  return { file: path, line, severity, message }
}

/** The lines that match, counted from 1. */
export function linesLike(file: NixFile, pattern: RegExp): number[] {
  return file.lines.flatMap((line, index) => (pattern.test(line) ? [index + 1] : []))
}

/** Whether a module sets an option below a path. */
export function setsBelow(module: ModuleFolder, ...prefix: string[]): boolean {
  return module.files.some((file) =>
    file.definitions.some(({ path }) => prefix.every((name, index) => name === path[index])),
  )
}
