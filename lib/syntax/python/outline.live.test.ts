/** Python's own `ast` as the judge, over its standard library. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { python } from '../languages/python.ts'
import type { DocComment, OutlineSymbol } from '../types.ts'

interface Truth {
  name: string
  doc: string | null
  parameters?: [string, string | null, string | null][]
  returns?: string | null
  members?: Truth[]
}

const TRUTH = new URL('./truth.py', import.meta.url).pathname
const found = spawnSync('python3', ['-c', 'import sysconfig; print(sysconfig.get_paths()["stdlib"])'], {
  encoding: 'utf8',
})
const stdlib = found.stdout.trim()

/** Asks Python many things at once, one JSON object a line. */
function ask(requests: readonly unknown[]): unknown[] {
  const input = requests.map((request) => JSON.stringify(request)).join('\n')
  const result = spawnSync('python3', [TRUTH], { input, encoding: 'utf8', maxBuffer: 1 << 30 })
  return result.stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
}

const isPython = (text: unknown): text is { doc: string | null; symbols: Truth[] } => text !== null

/** Fields of a docstring are taken out of its text, so only its first line is comparable. */
const firstLine = (text: string | null | undefined) =>
  (text ?? '').replace(/\t/g, '        ').trim().split('\n', 1)[0]?.trim() ?? ''
const HAS_FIELDS = /^(:\w|[A-Z]\w+:?$)/

const docAgrees = (ours: DocComment | null, theirs: string | null) =>
  (ours === null) === (theirs === null) &&
  (HAS_FIELDS.test(firstLine(theirs)) || firstLine(ours?.text) === firstLine(theirs))

interface Tally {
  symbols: number
  wrong: string[]
  /** Code to compare once Python has brought both to one form. */
  codes: { at: string; ours: string; theirs: string | null }[]
}

const squash = (text: string | null) => text?.replace(/\s+/g, '') ?? null

function compare(at: string, ours: readonly OutlineSymbol[], theirs: readonly Truth[], tally: Tally): void {
  const mine = ours.filter(
    (symbol) =>
      ['function', 'class', 'method', 'property', 'constructor'].includes(symbol.kind) &&
      /\b(?:def|class)\b/.test(symbol.signature),
  )
  const expected = theirs.map((truth) => truth.name)
  if (mine.map((symbol) => symbol.name).join() !== expected.join())
    tally.wrong.push(`${at}: ${mine.map((s) => s.name).join()} is not ${expected.join()}`)
  else theirs.forEach((truth, index) => compareSymbol(`${at} ${truth.name}`, mine[index], truth, tally))
}

function compareSymbol(at: string, symbol: OutlineSymbol | undefined, truth: Truth, tally: Tally): void {
  tally.symbols++
  if (symbol === undefined || !docAgrees(symbol.doc, truth.doc))
    tally.wrong.push(`${at}: doc ${firstLine(symbol?.doc?.text)} is not ${firstLine(truth.doc)}`)
  if (symbol === undefined) return
  if (truth.members !== undefined) compare(at, symbol.members, truth.members, tally)
  if (truth.parameters === undefined) return
  if (symbol.parameters.map((parameter) => parameter.name).join() !== truth.parameters.map(([name]) => name).join())
    tally.wrong.push(`${at}: parameters ${JSON.stringify(symbol.parameters)}`)
  truth.parameters.forEach(([name, type, value], index) => {
    const parameter = symbol.parameters[index]
    // A docstring's type stands in where the code gives none.
    if (type !== null) tally.codes.push({ at: `${at} ${name}`, ours: parameter?.type ?? '', theirs: type })
    if (value !== null || (parameter?.default ?? null) !== null)
      tally.codes.push({ at: `${at} ${name}`, ours: parameter?.default ?? '', theirs: value })
  })
  if (truth.returns !== undefined && truth.returns !== null)
    tally.codes.push({ at, ours: symbol.returnType ?? '', theirs: truth.returns })
}

describe.skipIf(found.status !== 0)('the outline of a Python file beside Python itself', () => {
  it('has every function, class and method of the standard library, with parameters, types, defaults and docstrings', async () => {
    const corpus = process.env['PYTHON_CORPUS'] ?? stdlib
    const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.py') && !/site-packages|\/bad|lib2to3\/tests/.test(name))
      .map((name) => join(corpus, name))
    const truths = ask(files.map((file) => ({ file })))
    const tally: Tally = { symbols: 0, wrong: [], codes: [] }
    let faulty = 0
    for (const [index, file] of files.entries()) {
      const truth = truths[index]
      if (!isPython(truth)) continue
      const outline = await python.outline(readFileSync(file, 'utf8'), file)
      if (outline.faults.length > 0) faulty++
      if (!docAgrees(outline.doc, truth.doc)) tally.wrong.push(`${file}: doc of the module`)
      compare(file, outline.symbols, truth.symbols, tally)
    }
    const codes = ask([{ normalise: tally.codes.map((code) => code.ours) }])[0]
    if (Array.isArray(codes))
      tally.codes.forEach((code, index) => {
        if (squash(String(codes[index])) !== squash(code.theirs))
          tally.wrong.push(`${code.at}: ${code.ours} is not ${String(code.theirs)}`)
      })
    process.stdout.write(
      `${files.length} files, ${tally.symbols} symbols, ${tally.codes.length} types and defaults, ${tally.wrong.length} wrong, ${faulty} files with faults\n`,
    )
    expect(tally.symbols).toBeGreaterThan(1000)
    expect(tally.wrong.length, tally.wrong.slice(0, 40).join('\n')).toBeLessThanOrEqual(tally.symbols * 0.001)
    expect(faulty).toBeLessThanOrEqual(files.length * 0.01)
  })
})
