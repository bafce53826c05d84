/** Walks the folder and sorts what is in it into files that may be moved and things to leave alone, with the reason. */
import { accessSync, constants, type BigIntStats } from 'node:fs'
import { identityOf, inodeOf } from '#lib/files/identity.ts'
import { fsPath, joinPath, showPath, type RawPath } from '#lib/files/raw-path.ts'
import { walk } from '#lib/files/walk.ts'
import type { CompiledRules } from '../rules/compile.ts'
import { pathOf, skip, type Candidate, type Cause, type PlannedAction } from './action.ts'
import { partialDownloads, type PartialDownloads } from './partial-downloads.ts'

/** Folders that programs keep in an order of their own, by name. */
const PROGRAM_FOLDERS: ReadonlyMap<string, string> = new Map([
  ...['.git', '.hg', '.svn', '.bzr', '_darcs', 'CVS', '.jj'].map((name): [string, string] => [name, 'version control']),
  ...['node_modules', 'bower_components', 'site-packages', '__pycache__', 'venv', '.venv', '.tox', '.direnv'].map(
    (name): [string, string] => [name, 'packages'],
  ),
])
/** A folder that holds one of these is a project: taking files out of it would break it. */
const PROJECT_MARKS = [
  '.git',
  '.hg',
  '.svn',
  '.jj',
  'package.json',
  'Cargo.toml',
  'go.mod',
  'pyproject.toml',
  'flake.nix',
  'pom.xml',
  'CMakeLists.txt',
  'build.gradle',
  'composer.json',
  'Gemfile',
  'Makefile',
  'node_modules',
]
const BUNDLE = /\.(?:app|bundle|framework|photoslibrary|xcodeproj|musiclibrary)$/i

export interface CollectOptions {
  recursive: boolean
  rules: CompiledRules
  isOpenForWriting: (inode: string) => boolean
  /** Called for each entry; throws to stop. */
  tick: (entries: number) => void
}

export interface Collected {
  files: Candidate[]
  skipped: PlannedAction[]
  notes: string[]
  /** Every name at the top. */
  topNames: ReadonlySet<string>
}

function specialFile(stats: BigIntStats): [Cause, string] {
  if (stats.isSymbolicLink()) return ['link', 'A symbolic link; links are never followed or moved.']
  if (stats.isFIFO()) return ['special-file', 'A named pipe, not a file.']
  if (stats.isSocket()) return ['special-file', 'A socket, not a file.']
  return ['special-file', 'A device, not a file.']
}

/** Blocks of 512 bytes on the disk, against what the size would need. */
const isSparse = (stats: BigIntStats) => stats.size > 1_048_576n && stats.blocks * 512n < stats.size / 2n

class Collector {
  readonly files: Candidate[] = []
  readonly skipped: PlannedAction[] = []
  topNames: ReadonlySet<string> = new Set()
  readonly #root: RawPath
  readonly #options: CollectOptions
  #partial: PartialDownloads = partialDownloads(new Set())
  #readOnly = false
  #project = false
  #entries = 0

  constructor(root: RawPath, options: CollectOptions) {
    this.#root = root
    this.#options = options
  }

  folder(folder: RawPath, names: ReadonlySet<string>): void {
    if (folder === '') this.topNames = names
    this.#partial = partialDownloads(names)
    this.#readOnly = !isWritable(joinPath(this.#root, folder))
    this.#project = folder !== '' && PROJECT_MARKS.some((mark) => names.has(mark))
    if (this.#project) this.skipped.push(skip(folder, 'project-folder', 'A project: its files belong together.'))
  }

  entry(folder: RawPath, name: RawPath, stats: BigIntStats): boolean {
    this.#entries++
    this.#options.tick(this.#entries)
    if (this.#project) return false
    if (stats.isDirectory()) return this.#enterFolder(folder, name)
    if (!stats.isFile()) {
      this.skipped.push(skip(joinPath(folder, name), ...specialFile(stats)))
      return false
    }
    const candidate = candidateOf(folder, name, stats)
    const reason = this.#reasonToLeave(name, stats)
    if (reason === null) this.files.push(candidate)
    else this.skipped.push(skip(pathOf(candidate), ...reason, candidate))
    return false
  }

  unreadable(path: RawPath, error: NodeJS.ErrnoException): void {
    this.skipped.push(skip(path, 'unreadable', `Cannot be read (${error.code ?? 'error'}).`))
  }

  #enterFolder(folder: RawPath, name: RawPath): boolean {
    const path = joinPath(folder, name)
    const owner = PROGRAM_FOLDERS.get(name)
    if (owner !== undefined) this.skipped.push(skip(path, 'project-folder', `A folder of a program (${owner}).`))
    else if (name.startsWith('.')) this.skipped.push(skip(path, 'hidden', 'A hidden folder.'))
    else if (BUNDLE.test(name))
      this.skipped.push(skip(path, 'project-folder', 'A folder that is one thing to its program.'))
    else return this.#options.recursive && !(folder === '' && this.#options.rules.isOwnFolder(name))
    return false
  }

  #reasonToLeave(name: RawPath, stats: BigIntStats): [Cause, string] | null {
    if (name.startsWith('.')) return ['hidden', 'A hidden file.']
    const worker = this.#partial.workers.get(name)
    if (worker !== undefined) return ['partial-download', `Not finished: ${worker} still works on a file of this name.`]
    if (this.#partial.companions.has(name))
      return ['partial-download', 'Belongs to an unfinished download or an open document beside it.']
    if (this.#options.rules.ignores(name)) return ['ignored', 'The rules say to ignore this name.']
    if (this.#readOnly) return ['read-only', 'Its folder is read-only.']
    return this.#options.isOpenForWriting(inodeOf(stats))
      ? ['open-for-writing', 'A program has it open for writing.']
      : null
  }
}

function isWritable(folder: RawPath): boolean {
  try {
    accessSync(fsPath(folder), constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

function candidateOf(folder: RawPath, name: RawPath, stats: BigIntStats): Candidate {
  return {
    folder,
    name,
    identity: identityOf(stats),
    sizeBytes: Number(stats.size),
    modifiedMs: Number(stats.mtimeMs),
    names: Number(stats.nlink),
    sparse: isSparse(stats),
    content: null,
    original: null,
  }
}

export function collect(root: RawPath, options: CollectOptions): Collected {
  const collector = new Collector(root, options)
  walk(root, collector)
  const repository = collector.skipped.find(({ file }) => file === '.git' || file === '.hg' || file === '.svn')
  const notes =
    repository === undefined
      ? []
      : [`This folder is under version control (${showPath(repository.file)}); its files may belong where they are.`]
  return { files: collector.files, skipped: collector.skipped, notes, topNames: collector.topNames }
}
