/**
 * The streaming template miner. Each line costs one scan and one table look-up; a message never seen before is compared
 * with the patterns found so far (by fingerprint, once per combination of variable places) and otherwise kept as a new
 * pattern. Now and then, and at the end, patterns are merged ({@link mergePatterns}); lines keep the number they got, and
 * the numbers are joined, so nothing about single lines is held. Memory is bounded by {@link MAX_PATTERNS}.
 */
import { HashIndex } from './hash-index.ts'
import { HeaderReader } from './header.ts'
import { mergePatterns } from './merge.ts'
import { knownPattern, patternOf, patternText, type Pattern, type StoredPattern } from './pattern.ts'
import { mixHigh, mixLow, Scanner, VALUE } from './scanner.ts'

/** New patterns after which they are merged. */
const MERGE_EVERY = 4096
/** Patterns held at most; what comes after that and fits none of them counts under `<*>`. */
const MAX_PATTERNS = 20_000
/** Fingerprints remembered beside those of the patterns themselves. */
const MAX_INDEX = 131_072

/** A template of an earlier run, so that its lines are known again. */
export interface KnownTemplate extends StoredPattern {
  /** Whatever the caller calls it by; of two that turn out to be one, the smaller goes first. */
  key: number
  text: string
}

export interface Template extends StoredPattern {
  /** 1 for the first template that appeared, and so on. */
  number: number
  /** The message with `<*>` for what varies. */
  text: string
  count: number
  /** Keys of the known templates that it is, the oldest first; empty for a new one. */
  known: readonly number[]
}

export interface MinedTemplates {
  templates: readonly Template[]
  /** Number of the template of a line, from what {@link TemplateMiner.add} returned for it. */
  numberOf: (line: number) => number
}

/** Mines templates from lines as they come. */
export class TemplateMiner {
  private readonly header = new HeaderReader()
  private readonly scanner = new Scanner()
  private readonly index = new HashIndex(4096)
  /** By number of tokens: the combinations of merged places that some pattern has. */
  private readonly masks = new Map<number, (readonly number[])[]>()
  private patterns: Pattern[] = []
  private readonly parents: number[] = []
  private readonly counts: number[] = []
  private readonly known = new Map<number, number[]>()
  private readonly knownTexts = new Map<number, string>()
  private fresh = 0
  private overflow = -1

  /** @param known templates of earlier runs */
  constructor(known: readonly KnownTemplate[] = []) {
    for (const template of known) this.learn(template)
  }

  /**
   * Counts the line `buffer[start, end)`, header and all.
   * @returns a number to ask {@link MinedTemplates.numberOf} with
   */
  add(buffer: Uint8Array, start = 0, end = buffer.length): number {
    this.scanner.scan(buffer, this.header.messageStart(buffer, start, end), end)
    const { low, high } = this.scanner
    let id = this.index.get(low, high)
    if (id < 0) id = this.place(buffer, low, high)
    this.counts[id] = (this.counts[id] ?? 0) + 1
    return id
  }

  /** Merges for the last time and numbers the templates in the order of their first line. */
  finish(): MinedTemplates {
    this.merge()
    const numbers = new Map<number, number>()
    const totals = new Map<number, number>()
    this.counts.forEach((count, id) => {
      const root = this.root(id)
      totals.set(root, (totals.get(root) ?? 0) + count)
      if (count > 0 && !numbers.has(root)) numbers.set(root, numbers.size + 1)
    })
    const byRoot = new Map(this.patterns.map((pattern) => [pattern.id, pattern]))
    const templates = [...numbers].map(([root, number]) =>
      this.describe(root, number, totals.get(root) ?? 0, byRoot.get(root)),
    )
    return { templates, numberOf: (line) => numbers.get(this.root(line)) ?? 0 }
  }

  private describe(root: number, number: number, count: number, pattern: Pattern | undefined): Template {
    const known = this.known.get(root) ?? []
    if (pattern === undefined) return { number, text: '<*>', count, known, hashes: [], kinds: [], merged: [] }
    const text = pattern.sample.length > 0 ? patternText(pattern) : (this.knownTexts.get(root) ?? '')
    return {
      number,
      text,
      count,
      known,
      hashes: [...pattern.hashes],
      kinds: [...pattern.kinds],
      merged: pattern.merged,
    }
  }

  /** Finds or makes the pattern of a message whose fingerprint is not in the index. */
  private place(buffer: Uint8Array, low: number, high: number): number {
    const found = this.match(low, high)
    if (found >= 0) {
      if (this.index.size >= MAX_INDEX) this.reindex()
      this.index.set(low, high, found)
      return found
    }
    if (this.fresh >= MERGE_EVERY) this.merge()
    if (this.patterns.length >= MAX_PATTERNS) return this.overflowing()
    const id = this.newId()
    this.patterns.push(patternOf(this.scanner, buffer, id))
    this.index.set(low, high, id)
    this.fresh++
    return id
  }

  /** The pattern that the scanned message fits once merged places are left out of it, or -1. */
  private match(low: number, high: number): number {
    const { count, hashes } = this.scanner
    const masks = this.masks.get(count)
    if (masks === undefined) return -1
    for (const places of masks) {
      let maskedLow = low
      let maskedHigh = high
      for (const place of places) {
        const hash = hashes[place] ?? VALUE
        maskedLow = (maskedLow - mixLow(hash, place) + mixLow(VALUE, place)) | 0
        maskedHigh = (maskedHigh - mixHigh(hash, place) + mixHigh(VALUE, place)) | 0
      }
      const id = this.index.get(maskedLow, maskedHigh)
      if (id >= 0 && places.every((place) => (this.scanner.traits[place] ?? 0) < 32)) return this.root(id)
    }
    return -1
  }

  private merge(): void {
    if (this.fresh === 0) return
    this.fresh = 0
    this.patterns = mergePatterns(this.patterns, (from, into) => this.absorb(from.id, into.id))
    this.reindex()
  }

  private absorb(from: number, into: number): void {
    this.parents[from] = into
    const known = this.known.get(from)
    if (known === undefined) return
    this.known.set(
      into,
      [...(this.known.get(into) ?? []), ...known].sort((a, b) => a - b),
    )
    this.known.delete(from)
  }

  /** Forgets remembered fingerprints; keeps those of the patterns. */
  private reindex(): void {
    this.index.clear()
    this.masks.clear()
    for (const pattern of this.patterns) this.enter(pattern)
  }

  private enter(pattern: Pattern): void {
    this.index.set(pattern.low, pattern.high, pattern.id)
    if (pattern.merged.length === 0) return
    const length = pattern.hashes.length
    const masks = this.masks.get(length) ?? []
    if (!masks.some((mask) => mask.join() === pattern.merged.join())) masks.push(pattern.merged)
    this.masks.set(length, masks)
  }

  private learn(template: KnownTemplate): void {
    if (this.patterns.length >= MAX_PATTERNS) return
    const id = this.newId()
    const pattern = knownPattern(template, id)
    this.known.set(id, [template.key])
    this.knownTexts.set(id, template.text)
    this.patterns.push(pattern)
    this.enter(pattern)
  }

  private newId(): number {
    const id = this.parents.length
    this.parents.push(id)
    this.counts.push(0)
    return id
  }

  private overflowing(): number {
    if (this.overflow < 0) this.overflow = this.newId()
    return this.overflow
  }

  private root(id: number): number {
    let root = id
    while ((this.parents[root] ?? root) !== root) root = this.parents[root] ?? root
    let at = id
    while (at !== root) {
      const next = this.parents[at] ?? root
      this.parents[at] = root
      at = next
    }
    return root
  }
}
