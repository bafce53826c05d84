/** TypeScript itself as the judge: its own compiler says what a file exports, with which parameters and comments. */
import { readFileSync } from 'node:fs'
import { globSync } from 'node:fs'
import { basename } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { languageOf } from '../registry.ts'
import type { OutlineSymbol } from '../types.ts'

const ROOT = new URL('../../../', import.meta.url).pathname
/** Folder to judge instead of the project's own source, relative to the project's root. */
const FOLDERS = process.env['TS_CORPUS']?.split(',') ?? ['lib', 'workflows', 'app', 'scripts', 'bench']
const files = FOLDERS.flatMap((folder) => globSync(`${ROOT}${folder}/**/*.{ts,tsx,mts,cts}`)).sort()

const squash = (text: string) =>
  text
    .replace(/\s+/g, '')
    .replace(/,([)\]}>])/g, '$1')
    .replaceAll(';}', '}')

interface Truth {
  exports: string[]
  /** Parameters of each exported function, as `name:type=default`. */
  parameters: Record<string, string[]>
  documented: Record<string, boolean>
}

function functionOf(declaration: ts.Declaration): ts.SignatureDeclaration | null {
  if (ts.isFunctionDeclaration(declaration)) return declaration
  const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined
  return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : null
}

const parameterText = (parameter: ts.ParameterDeclaration) =>
  squash(
    `${parameter.dotDotDotToken === undefined ? '' : '...'}${parameter.name.getText()}:${parameter.type?.getText() ?? ''}=${parameter.initializer?.getText() ?? ''}`,
  )

function truthOf(checker: ts.TypeChecker, file: ts.SourceFile): Truth {
  const table = checker.getSymbolAtLocation(file)?.exports ?? new Map<ts.__String, ts.Symbol>()
  const truth: Truth = { exports: [], parameters: {}, documented: {} }
  for (const [key, symbol] of table) {
    const name = key.toString()
    if (name === '__export') continue
    truth.exports.push(name)
    const own = symbol.declarations?.filter((declaration) => declaration.getSourceFile() === file) ?? []
    const fn = own.length === 1 && own[0] !== undefined ? functionOf(own[0]) : null
    if (fn !== null)
      truth.parameters[name] = fn.parameters
        .filter((parameter) => parameter.name.getText() !== 'this')
        .map(parameterText)
    if (own.length === 1 && own[0] !== undefined && !ts.isExportSpecifier(own[0]) && !ts.isExportAssignment(own[0]))
      truth.documented[name] = ts.getJSDocCommentsAndTags(own[0]).length > 0
  }
  return truth
}

const byExport = (symbols: readonly OutlineSymbol[]) =>
  new Map(symbols.flatMap((symbol) => symbol.exportedAs.map((name) => [name, symbol] as const)))

describe('the outline of a TypeScript file beside the TypeScript compiler', () => {
  const program = ts.createProgram(files, {
    noResolve: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    jsx: ts.JsxEmit.ReactJSX,
    noLib: true,
  })
  const checker = program.getTypeChecker()

  const faulty: string[] = []

  it('has files to judge', () => {
    expect(files.length).toBeGreaterThan(20)
  })

  it.each(files.map((file) => file.slice(ROOT.length)))(
    'finds every export of %s, with its parameters and whether it is documented',
    async (name) => {
      const path = ROOT + name
      const file = program.getSourceFile(path)
      const outline = await languageOf(path)?.outline(readFileSync(path, 'utf8'), basename(path))
      if (file === undefined || outline === undefined) throw new Error(`${name} was not read`)
      const truth = truthOf(checker, file)
      const found = byExport(outline.symbols)
      expect([...found.keys()].sort()).toEqual(truth.exports.sort())
      if (outline.faults.length > 0) faulty.push(name)
      for (const [symbol, parameters] of Object.entries(truth.parameters))
        expect({
          symbol,
          parameters: found.get(symbol)?.parameters.map((p) => squash(`${p.name}:${p.type ?? ''}=${p.default ?? ''}`)),
        }).toEqual({ symbol, parameters })
      // A comment about the module counts for the first declaration there, and for the file here.
      for (const [symbol, documented] of Object.entries(truth.documented))
        if (!documented || outline.doc === null)
          expect({ symbol, documented: found.get(symbol)?.doc !== null }).toEqual({ symbol, documented })
    },
  )

  it('reads nearly all files without a fault', () => {
    expect(faulty.length, faulty.join(', ')).toBeLessThanOrEqual(files.length * 0.02)
  })
})
