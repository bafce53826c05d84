/** Makes a plan: what is there, what each file is, where the rules or the model put it, under which free name. */
import { fsPath, joinPath, nameOf, parentOf, rawPath, showPath, type RawPath } from '#lib/files/raw-path.ts'
import { lstatOrNull } from '#lib/files/identity.ts'
import type { CompiledRules } from '../rules/compile.ts'
import { skip, type Candidate, type Cause, type PlannedAction } from './action.ts'
import { collect, type Collected } from './collect.ts'
import { findDuplicates, inspect, sameContent, type Inspected } from './inspect.ts'
import { TargetTree } from './target-tree.ts'

/** What a model is told of a file: never its content. */
export interface FileForModel {
  name: string
  label: string
  sizeBytes: number
}

/** One category id or null (cannot tell) for each file asked about, or why there is no answer. */
export type ModelAnswer =
  { categories: readonly (string | null)[]; model: string; why: string | null } | { categories: null; why: string }

export interface PlanOptions {
  root: RawPath
  recursive: boolean
  rules: CompiledRules
  /** Milliseconds since 1970. */
  now: number
  isOpenForWriting: (inode: string) => boolean
  /** Asks the model about files that no rule matches; null leaves them where they are. */
  askModel: ((files: readonly FileForModel[]) => Promise<ModelAnswer>) | null
  /** Tells how far it is and throws when it shall stop. */
  tick: (step: PlanStep, done: number, total: number | null) => void
}

export type PlanStep = 'walk' | 'inspect' | 'compare' | 'ask' | 'place'

export interface MadePlan {
  actions: PlannedAction[]
  filesAnalyzed: number
  notes: string[]
  /** The model that decided about some of the files. */
  model: string | null
}

/** Most files of one plan that a model is asked about; a small one takes a tenth of a second for each. */
export const MOST_ASKED = 1000

interface Wanted {
  file: Candidate
  folder: RawPath | null
  name: RawPath
  reason: string
  because: Cause
  category: string | null
}

const describe = ({ content, file }: Inspected) =>
  `${content.label}${content.mismatch === null ? '' : `, ${content.mismatch}`}${file.names > 1 ? `; one of ${file.names} names (hard links) of this file` : ''}`

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

class Planner {
  readonly #options: PlanOptions
  readonly #tree: TargetTree
  readonly #moves: PlannedAction[] = []
  readonly #skips: PlannedAction[] = []
  readonly #reasons = new Map<string, string>()

  constructor(options: PlanOptions, { skipped, topNames }: Collected) {
    this.#options = options
    this.#tree = new TargetTree(options.root, topNames)
    for (const action of skipped) this.#skips.push(action)
  }

  /** One string for all files of one sort that fit one rule, not one for each. */
  reason(item: Inspected, rule: string): string {
    const text = `${capital(describe(item))} (rule “${rule}”).`
    const known = this.#reasons.get(text)
    if (known !== undefined) return known
    this.#reasons.set(text, text)
    return text
  }

  actions(): PlannedAction[] {
    return this.#moves.concat(this.#skips)
  }

  leave(file: Candidate, because: Cause, reason: string): void {
    this.#skips.push(skip(file.path, because, reason, file))
  }

  /** Gives the file a free name where it is wanted. */
  place(wanted: Wanted): void {
    const { file } = wanted
    const current = parentOf(file.path)
    const folder = wanted.folder ?? current
    if (folder === current && wanted.name === file.name) {
      this.leave(file, 'in-place', 'Already where it belongs.')
      return
    }
    const blocked = this.#tree.blocked(folder)
    if (blocked !== null) {
      this.leave(file, 'blocked', blocked)
      return
    }
    if (this.#isCopyOfExisting(wanted, folder)) {
      this.#toDuplicates(file, joinPath(folder, wanted.name))
      return
    }
    this.#add(wanted, folder, current)
  }

  #add(wanted: Wanted, folder: RawPath, current: RawPath): void {
    const { file, name, reason, because, category } = wanted
    const destination = this.#tree.reserve(folder, name)
    this.#moves.push({
      file: file.path,
      action: folder === current ? 'rename' : 'move',
      destination,
      takenName: nameOf(destination) === name ? null : name,
      reason,
      because,
      category,
      sizeBytes: file.sizeBytes,
      identity: file.identity,
    })
  }

  /** Whether the very same content already lies where the file would go. */
  #isCopyOfExisting({ file, name }: Wanted, folder: RawPath): boolean {
    const { duplicates } = this.#options.rules
    if (duplicates === null || file.sizeBytes === 0 || file.sizeBytes > duplicates.upToBytes || file.sparse)
      return false
    const path = joinPath(folder, name)
    if (folder === duplicates.folder || !this.#tree.isThere(path)) return false
    const there = fsPath(joinPath(this.#options.root, path))
    const stats = lstatOrNull(there)
    if (stats === null || !stats.isFile() || Number(stats.size) !== file.sizeBytes) return false
    return sameContent(there, fsPath(joinPath(this.#options.root, file.path)))
  }

  #toDuplicates(file: Candidate, original: RawPath): void {
    const { duplicates } = this.#options.rules
    if (duplicates !== null) this.duplicate(file, original, duplicates.folder)
  }

  duplicate(file: Candidate, original: RawPath, folder: RawPath): void {
    const reason = `The same content as ${showPath(original)}.`
    this.place({ file, folder, name: file.name, reason, because: 'duplicate', category: null })
  }
}

function byRules(planner: Planner, item: Inspected, options: PlanOptions): boolean {
  const { file, content } = item
  const decision = options.rules.decide(
    { name: file.name, content, sizeBytes: file.sizeBytes, modifiedMs: file.modifiedMs },
    options.now,
  )
  if (decision === null) return false
  const reason = planner.reason(item, decision.rule)
  if (decision.leave) planner.leave(file, 'left-by-rule', reason)
  else
    planner.place({
      file,
      folder: decision.folder,
      name: decision.name,
      reason,
      because: 'rule',
      category: decision.category,
    })
  return true
}

async function byModel(planner: Planner, left: readonly Inspected[], options: PlanOptions): Promise<string | null> {
  const asked = left.slice(0, MOST_ASKED)
  if (asked.length > 0) options.tick('ask', 0, asked.length)
  const answer = await askAbout(asked, options)
  left.forEach((item, i) => {
    const { file, content } = item
    const category = answer.categories?.[i] ?? null
    const target = category === null ? undefined : options.rules.categories.get(category)
    if (target === undefined || answer.categories === null) {
      const why =
        i >= MOST_ASKED
          ? `the model is asked about ${MOST_ASKED} files at most`
          : (answer.why ?? 'the model could not tell')
      planner.leave(file, 'no-rule', `No rule matches (${describe(item)}), and ${why}.`)
      return
    }
    const folder = target.folderFor({
      name: file.name,
      content,
      sizeBytes: file.sizeBytes,
      modifiedMs: file.modifiedMs,
    })
    const reason = `${capital(describe(item))}; ${answer.model} took it for ${category ?? ''}.`
    planner.place({ file, folder, name: file.name, reason, because: 'model', category })
  })
  return answer.categories === null ? null : answer.model
}

function askAbout(files: readonly Inspected[], { askModel }: PlanOptions): Promise<ModelAnswer> {
  if (files.length === 0) return Promise.resolve({ categories: null, why: '' })
  if (askModel === null) return Promise.resolve({ categories: null, why: 'no model was to be asked' })
  return askModel(
    files.map(({ file, content }) => ({ name: showPath(file.name), label: content.label, sizeBytes: file.sizeBytes })),
  )
}

/**
 * Looks at a folder and decides; changes nothing.
 * @returns moves and renames in the order of their paths, then what is left alone with the reasons
 */
export async function makePlan(options: PlanOptions): Promise<MadePlan> {
  const { root, rules, tick } = options
  const collected = collect(root, {
    recursive: options.recursive,
    rules,
    isOpenForWriting: options.isOpenForWriting,
    tick: (entries) => tick('walk', entries, null),
  })
  const planner = new Planner(options, collected)
  const inspected = inspect(root, collected.files, {
    compareUpToBytes: rules.duplicates?.upToBytes ?? 0,
    tick: (done, total) => tick('inspect', done, total),
  })
  const readable = inspected.filter((item) => item !== null)
  collected.files.forEach((file, i) => {
    if (inspected[i] === null) planner.leave(file, 'unreadable', 'Its content cannot be read.')
  })
  const duplicates = findDuplicates(root, readable, () => tick('compare', 0, null))
  const left: Inspected[] = []
  readable.forEach((item, i) => {
    tick('place', i, readable.length)
    const original = duplicates.get(item.file)
    if (original !== undefined) planner.duplicate(item.file, original.path, rules.duplicates?.folder ?? rawPath(''))
    else if (!byRules(planner, item, options)) left.push(item)
  })
  const model = await byModel(planner, left, options)
  const files = collected.files.length + collected.skipped.filter(({ identity }) => identity !== '').length
  return { actions: planner.actions(), filesAnalyzed: files, notes: collected.notes, model }
}
