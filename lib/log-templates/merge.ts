/**
 * Finds the places where messages differ only by a value. Two patterns of equal length that agree everywhere but at one
 * place (or at two) are one message when that place holds many different words, or words that are values by their look or
 * their neighbours; a place with a few different words (`opened`, `closed`) tells different messages apart.
 */
import { generalise, KIND_HOST, KIND_MARK, KIND_STATE, KIND_VALUE, KIND_WORD, type Pattern } from './pattern.ts'
import { hashSet, mixHigh, mixLow, VALUE } from './scanner.ts'

/** Different words at one place that make it variable. */
const MANY = 5
/** The first word says what a message is about: it takes more to call it a value. */
const MANY_FIRST = 12
/** Names of states are mostly a part of the message. */
const MANY_STATES = 10
/** Enough where a value, a host name or a noun before it already says so. */
const FEW = 2
/** Longer patterns are compared at one place only: pairs of places grow with the square. */
const PAIR_LENGTH = 24

/** Nouns whose next word is a name, after a preposition: in `session opened` or `user unknown` none follows. */
const NAMING = hashSet(
  'user group host hostname server client device process service file directory domain interface package',
)
const PREPOSITIONS = hashSet('for of from by to on in at with as For From On In')

/** Called when `from` was merged into `into`; `into` stays. */
export type Absorb = (from: Pattern, into: Pattern) => void

/**
 * Merges patterns until nothing more is found.
 * @param patterns all patterns; those given are changed in place
 * @returns the patterns that remain
 */
export function mergePatterns(patterns: readonly Pattern[], absorb: Absorb): Pattern[] {
  const remaining: Pattern[] = []
  for (const group of Map.groupBy(patterns, (pattern) => pattern.hashes.length).values()) {
    let live = mergeSingles(group, absorb)
    if ((live[0]?.hashes.length ?? 0) <= PAIR_LENGTH) {
      const before = live.length
      live = mergePairs(live, absorb)
      if (live.length < before) live = mergeSingles(live, absorb)
    }
    remaining.push(...live)
  }
  return remaining
}

function mergeSingles(group: Pattern[], absorb: Absorb): Pattern[] {
  let live = group
  for (let place = 0; live.length > 1 && place < (live[0]?.hashes.length ?? 0); place++)
    live = mergeAt(live, [place], absorb)
  return live
}

function mergePairs(group: Pattern[], absorb: Absorb): Pattern[] {
  let live = group
  const length = live[0]?.hashes.length ?? 0
  for (let first = 0; first < length; first++)
    for (let second = first + 1; second < length; second++) {
      if (live.length < MANY) return live
      live = mergeAt(live, [first, second], absorb)
    }
  return live
}

/** Merges patterns that agree everywhere but at `places`. */
function mergeAt(live: Pattern[], places: readonly number[], absorb: Absorb): Pattern[] {
  const buckets = new Map<number, Pattern[]>()
  for (const pattern of live) {
    if (places.some((place) => pattern.kinds[place] === KIND_MARK)) continue
    const key = keyWithout(pattern, places)
    const bucket = buckets.get(key)
    if (bucket === undefined) buckets.set(key, [pattern])
    else bucket.push(pattern)
  }
  const gone = new Set<Pattern>()
  for (const bucket of buckets.values()) {
    if (bucket.length < FEW || !places.every((place) => isVariable(bucket, place, places))) continue
    const [into, ...others] = bucket
    if (into === undefined) continue
    generalise(into, places)
    for (const other of others) {
      gone.add(other)
      if (into.sample.length === 0) takeSample(into, other)
      absorb(other, into)
    }
  }
  return gone.size === 0 ? live : live.filter((pattern) => !gone.has(pattern))
}

/** A template of an earlier run has no message of its own; one of this run shows what it says now. */
function takeSample(into: Pattern, from: Pattern): void {
  into.sample = from.sample
  into.starts = from.starts
  into.ends = from.ends
}

/** Fingerprint of a pattern without some places, as a safe integer. */
function keyWithout(pattern: Pattern, places: readonly number[]): number {
  let { low, high } = pattern
  for (const place of places) {
    const hash = pattern.hashes[place] ?? VALUE
    low = (low - mixLow(hash, place)) | 0
    high = (high - mixHigh(hash, place)) | 0
  }
  return (low >>> 0) + (high & 0x1fffff) * 4294967296
}

function isVariable(bucket: readonly Pattern[], place: number, places: readonly number[]): boolean {
  const [sample] = bucket
  if (sample === undefined || !hasOtherWord(sample, places)) return false
  const words = new Map<number, number>()
  for (const pattern of bucket) words.set(pattern.hashes[place] ?? VALUE, pattern.kinds[place] ?? KIND_VALUE)
  return words.size >= needed(sample, place, [...words.values()])
}

/** A message keeps at least one word of its own. */
function hasOtherWord(pattern: Pattern, places: readonly number[]): boolean {
  return pattern.kinds.some((kind, place) => (kind === KIND_WORD || kind === KIND_STATE) && !places.includes(place))
}

function needed(sample: Pattern, place: number, kinds: readonly number[]): number {
  if (kinds.includes(KIND_VALUE)) return FEW
  if (place === 0) return MANY_FIRST
  if (kinds.includes(KIND_HOST) || isNamed(sample, place)) return FEW
  return kinds.every((kind) => kind === KIND_STATE) ? MANY_STATES : MANY
}

/** `for user ann`: the words before the place announce a name. */
function isNamed(sample: Pattern, place: number): boolean {
  return NAMING.has(sample.hashes[place - 1] ?? VALUE) && PREPOSITIONS.has(sample.hashes[place - 2] ?? VALUE)
}
