/**
 * The folder as it will be: what is on the disk with the plan's own moves laid over it, so that two files never get one name
 * and nothing lands on something that is there. Names that moves vacate are not given out again.
 */
import { lstatOrNull } from '#lib/files/identity.ts'
import { freeName } from '#lib/files/names.ts'
import { fsPath, joinPath, nameOf, parentOf, rawPath, showPath, type RawPath } from '#lib/files/raw-path.ts'
import { namesIn } from '#lib/files/walk.ts'

interface TargetFolder {
  /** Names that are on the disk. */
  there: ReadonlySet<string>
  /** Names that the plan gave out. */
  given: Set<string>
  /** Next number to try for a name that is taken, so that a thousand equal names are not counted through each time. */
  numbers: Map<string, number>
}

const NOTHING: ReadonlySet<string> = new Set()

const targetFolder = (there: ReadonlySet<string>): TargetFolder => ({ there, given: new Set(), numbers: new Map() })

const has = ({ there, given }: TargetFolder, name: string) => given.has(name) || there.has(name)

export class TargetTree {
  readonly #root: RawPath
  readonly #folders = new Map<RawPath, TargetFolder | string>()

  /**
   * @param root absolute and real
   * @param topNames the names right in it, where they are known
   */
  constructor(root: RawPath, topNames: ReadonlySet<string> = new Set(namesIn(root))) {
    this.#root = root
    this.#folders.set(rawPath(''), targetFolder(topNames))
  }

  /** Why nothing can be put into this folder, or null. */
  blocked(folder: RawPath): string | null {
    const found = this.#folder(folder)
    return typeof found === 'string' ? found : null
  }

  isTaken(path: RawPath): boolean {
    const folder = this.#folder(parentOf(path))
    return typeof folder === 'string' || has(folder, nameOf(path))
  }

  /** Whether the name is taken by what is on the disk, not by the plan alone. */
  isThere(folder: RawPath, name: RawPath): boolean {
    const found = this.#folder(folder)
    return typeof found !== 'string' && found.there.has(name)
  }

  /**
   * Takes the name, or the first free numbered one beside it.
   * @returns the name taken
   */
  reserve(folder: RawPath, name: RawPath): RawPath {
    const found = this.#folder(folder)
    if (typeof found === 'string') return name
    const free = has(found, name) ? this.#numbered(found, name) : name
    found.given.add(free)
    return free
  }

  #numbered(folder: TargetFolder, name: RawPath): RawPath {
    const free = freeName(name, (candidate) => has(folder, candidate), folder.numbers.get(name))
    folder.numbers.set(name, free.next)
    return free.name
  }

  #folder(path: RawPath): TargetFolder | string {
    const known = this.#folders.get(path)
    if (known !== undefined) return known
    const made = this.#look(path)
    this.#folders.set(path, made)
    return made
  }

  #look(path: RawPath): TargetFolder | string {
    const above = this.#folder(parentOf(path))
    if (typeof above === 'string') return above
    const name = nameOf(path)
    if (!has(above, name)) {
      above.given.add(name)
      return targetFolder(NOTHING)
    }
    return this.#existing(path)
  }

  #existing(path: RawPath): TargetFolder | string {
    const absolute = joinPath(this.#root, path)
    const stats = lstatOrNull(fsPath(absolute))
    if (stats === null) return `Another file is to be called ${showPath(path)}, where its folder would be.`
    if (stats.isSymbolicLink()) return `${showPath(path)} is a symbolic link; nothing is moved through it.`
    if (!stats.isDirectory()) return `${showPath(path)} is in the way: it is not a folder.`
    try {
      return targetFolder(new Set(namesIn(absolute)))
    } catch {
      return `The folder ${showPath(path)} cannot be read.`
    }
  }
}

/** The path as one below the root, or null when it is not: absolute, through `..`, hidden, too long. */
export function relativeInside(path: RawPath): RawPath | null {
  const parts = path.split('/')
  const fine = parts.every((part) => part !== '' && !part.startsWith('.') && part.length <= 255 && !part.includes('\0'))
  return fine ? rawPath(parts.join('/')) : null
}
