/** What a model said of a file, after checking. Everything refers to symbols of the outline; nothing in it is a fact. */
export interface Explanation {
  /** Provider and model that said it. */
  engine: string
  model: string
  /** Purpose of the file. */
  purpose: string | null
  /** By full name of the symbol. */
  symbols: ReadonlyMap<string, ExplainedSymbol>
  /** Examples that were thrown away because they did not parse or used what does not exist. */
  rejectedExamples: number
  /** Number of symbols it was asked about. */
  asked: number
  /** What went wrong on the way, as sentences. */
  failures: readonly string[]
}

export interface ExplainedSymbol {
  summary: string
  example: string | null
}
