/** Makes a plan: what is there, what each file is, where the rules or the model put it, under which free name. */
import { fsPath, joinPath, showPath, type RawPath } from '#lib/files/raw-path.ts'
import type { ContentType } from '#lib/files/content-type/index.ts'
import { lstatOrNull } from '#lib/files/identity.ts'
import type { CompiledRules } from '../rules/compile.ts'
import { pathOf, skip, type Candidate, type Cause, type Inspected, type PlannedAction } from './action.ts'
import { collect, type Collected } from './collect.ts'
import { findDuplicates, inspect, sameContent } from './inspect.ts'
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

const describeContent = ({ label, mismatch }: ContentType) => (mismatch === null ? label : `${label}, ${mismatch}`)

const describe = ({ content, names }: Inspected) =>
  `${describeContent(content)}${names > 1 ? `; one of ${names} names (hard links) of this file` : ''}`

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

const reasonOfRule = (described: string, rule: string) => `${capital(described)} (rule “${rule}”).`

class Planner {
  readonly #options: PlanOptions
  readonly #tree: TargetTree
  readonly #moves: PlannedAction[] = []
  readonly #skips: PlannedAction[] = []
  readonly #reasons = new Map<ContentType, Map<string, string>>()

  constructor(options: PlanOptions, { skipped, topNames }: Collected) {
    this.#options = options
    this.#tree = new TargetTree(options.root, topNames)
    for (const action of skipped) this.#skips.push(action)
  }

  /** One string for all files of one sort that fit one rule, not one for each. */
  reason(item: Inspected, rule: string): string {
    if (item.names > 1) return reasonOfRule(describe(item), rule)
    const known = this.#reasons.get(item.content) ?? new Map<string, string>()
    if (known.size === 0) this.#reasons.set(item.content, known)
    const text = known.get(rule) ?? reasonOfRule(describe(item), rule)
    if (!known.has(rule)) known.set(rule, text)
    return text
  }

  actions(): PlannedAction[] {
    return this.#moves.concat(this.#skips)
  }

  leave(file: Candidate, because: Cause, reason: string): void {
    this.#skips.push(skip(pathOf(file), because, reason, file))
  }

  /** Gives the file a free name where it is wanted. */
  place(wanted: Wanted): void {
    const { file, name } = wanted
    const folder = wanted.folder ?? file.folder
    if (folder === file.folder && name === file.name) {
      this.leave(file, 'in-place', 'Already where it belongs.')
      return
    }
    const blocked = this.#tree.blocked(folder)
    if (blocked !== null) {
      this.leave(file, 'blocked', blocked)
      return
    }
    if (this.#isCopyOfExisting(file, folder, name)) {
      this.toDuplicates(file, joinPath(folder, name))
      return
    }
    this.#add(wanted, folder)
  }

  #add({ file, name, reason, because, category }: Wanted, folder: RawPath): void {
    const given = this.#tree.reserve(folder, name)
    this.#moves.push({
      file: pathOf(file),
      action: folder === file.folder ? 'rename' : 'move',
      destination: joinPath(folder, given),
      takenName: given === name ? null : name,
      reason,
      because,
      category,
      sizeBytes: file.sizeBytes,
      identity: file.identity,
    })
  }

  /** Whether the very same content already lies where the file would go. */
  #isCopyOfExisting(file: Candidate, folder: RawPath, name: RawPath): boolean {
    const { duplicates } = this.#options.rules
    if (duplicates === null || file.sizeBytes === 0 || file.sizeBytes > duplicates.upToBytes || file.sparse)
      return false
    if (folder === duplicates.folder || !this.#tree.isThere(folder, name)) return false
    const there = fsPath(joinPath(this.#options.root, joinPath(folder, name)))
    const stats = lstatOrNull(there)
    if (stats === null || !stats.isFile() || Number(stats.size) !== file.sizeBytes) return false
    return sameContent(there, fsPath(joinPath(this.#options.root, pathOf(file))))
  }

  /** @param original where the same content is or will be */
  toDuplicates(file: Candidate, original: RawPath): void {
    const { duplicates } = this.#options.rules
    if (duplicates === null) return
    const { folder } = duplicates
    const reason = `The same content as ${showPath(original)}.`
    this.place({ file, folder, name: file.name, reason, because: 'duplicate', category: null })
  }
}

function byRules(planner: Planner, file: Inspected, { rules, now }: PlanOptions): boolean {
  const decision = rules.decide(file, now)
  if (decision === null) return false
  const reason = planner.reason(file, decision.rule)
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
    const category = answer.categories?.[i] ?? null
    const target = category === null ? undefined : options.rules.categories.get(category)
    if (target === undefined || answer.categories === null) {
      const why =
        i >= MOST_ASKED
          ? `the model is asked about ${MOST_ASKED} files at most`
          : (answer.why ?? 'the model could not tell')
      planner.leave(item, 'no-rule', `No rule matches (${describe(item)}), and ${why}.`)
      return
    }
    const folder = target.folderFor(item)
    const reason = `${capital(describe(item))}; ${answer.model} took it for ${category ?? ''}.`
    planner.place({ file: item, folder, name: item.name, reason, because: 'model', category })
  })
  return answer.categories === null ? null : answer.model
}

function askAbout(files: readonly Inspected[], { askModel }: PlanOptions): Promise<ModelAnswer> {
  if (files.length === 0) return Promise.resolve({ categories: null, why: '' })
  if (askModel === null) return Promise.resolve({ categories: null, why: 'no model was to be asked' })
  return askModel(
    files.map(({ name, content, sizeBytes }) => ({ name: showPath(name), label: content.label, sizeBytes })),
  )
}

const isInspected = (file: Candidate): file is Inspected => file.content !== null

/**
 * Takes the files one by one, letting go of each: what the plan says of it is all that is kept.
 * @returns those that no rule matches
 */
function placeAll(planner: Planner, files: Candidate[], options: PlanOptions): Inspected[] {
  const left: Inspected[] = []
  const total = files.length
  files.reverse()
  for (let file = files.pop(); file !== undefined; file = files.pop()) {
    options.tick('place', total - files.length, total)
    if (!isInspected(file)) planner.leave(file, 'unreadable', 'Its content cannot be read.')
    else if (file.original !== null) planner.toDuplicates(file, pathOf(file.original))
    else if (!byRules(planner, file, options)) left.push(file)
  }
  return left
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
  const { files, skipped, notes } = collected
  const filesAnalyzed = files.length + skipped.filter(({ identity }) => identity !== '').length
  const planner = new Planner(options, collected)
  const starts = inspect(root, files, {
    compareUpToBytes: rules.duplicates?.upToBytes ?? 0,
    tick: (done, total) => tick('inspect', done, total),
  })
  findDuplicates(root, files, starts, () => tick('compare', 0, null))
  const model = await byModel(planner, placeAll(planner, files, options), options)
  return { actions: planner.actions(), filesAnalyzed, notes, model }
}
