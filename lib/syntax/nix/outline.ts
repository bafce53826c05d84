/** Outline of a Nix file: module options, functions with their formals, attributes, and the comments above them. */
import { docComment } from '../doc/comment.ts'
import type { DocComment, ImportedModule, ModuleOutline, OutlineSymbol, Parameter } from '../types.ts'
import type { NixBinding, NixExpr, NixLambda, NixSet } from './ast.ts'
import { docAbove, docAtTop } from './comments.ts'
import { skipTrivia } from './lexer.ts'
import { dedentCode, pathText, quoteName, readOption } from './options.ts'
import { parseNix } from './parser.ts'
import { applicationOf, everyExpression } from './walk.ts'

/** Values longer than this are cut in a signature. */
const LONGEST_VALUE = 72

class Reader {
  readonly source: string
  readonly #lineStarts: number[] = [0]

  constructor(source: string) {
    this.source = source
    for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1)
  }

  /** Lines of the file; nothing after the last line end is none. */
  get lines(): number {
    return this.#lineStarts.length - (this.#lineStarts.at(-1) === this.source.length ? 1 : 0)
  }

  position(offset: number): { line: number; column: number } {
    let low = 0
    for (let high = this.#lineStarts.length; high - low > 1;) {
      const middle = (low + high) >> 1
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) + 1 }
  }

  linesOf(span: { start: number; end: number }) {
    return { start: this.position(span.start).line, end: this.position(span.end).line }
  }

  /** Code on one line, cut when long. */
  short(expr: NixExpr): string {
    const code = dedentCode(this.source, expr)
    if (code.length <= LONGEST_VALUE && !code.includes('\n')) return code
    if (expr.kind === 'set') return '{ … }'
    if (expr.kind === 'list') return '[ … ]'
    return expr.kind === 'string' ? '"…"' : `${code.split('\n', 1)[0]?.slice(0, LONGEST_VALUE) ?? ''} …`
  }
}

/** All parameters of `a: { b, c ? 1 }: …`, in order, and the innermost body. */
function readFormals(
  reader: Reader,
  lambda: NixLambda,
): { parameters: Parameter[]; docs: [string, string][]; body: NixExpr } {
  const parameters: Parameter[] = []
  const docs: [string, string][] = []
  let body: NixExpr = lambda
  while (body.kind === 'lambda') {
    if (body.formals === null)
      parameters.push({ name: body.parameter ?? '', type: null, default: null, optional: false })
    for (const item of body.formals?.items ?? []) {
      parameters.push({
        name: item.name,
        type: null,
        default: item.default === null ? null : dedentCode(reader.source, item.default),
        optional: item.default !== null,
      })
      const doc = docAbove(item.leading)
      if (doc !== null) docs.push([item.name, doc.text])
    }
    if (body.formals?.ellipsis === true) parameters.push({ name: '...', type: null, default: null, optional: true })
    body = body.body
  }
  return { parameters, docs, body }
}

function lambdaHead(lambda: NixLambda): string {
  const names = lambda.formals?.items.map((item) => (item.default === null ? item.name : `${item.name} ? …`)) ?? []
  if (lambda.formals?.ellipsis === true) names.push('...')
  const formals = lambda.formals === null ? '' : `{ ${names.join(', ')} }`
  const head =
    formals === '' ? (lambda.parameter ?? '') : lambda.parameter === null ? formals : `${formals}@${lambda.parameter}`
  return `${head}: ${lambda.body.kind === 'lambda' ? lambdaHead(lambda.body) : '…'}`
}

function withParameterDocs(doc: DocComment | null, docs: readonly (readonly [string, string])[]): DocComment | null {
  if (docs.length === 0) return doc
  return { ...(doc ?? docComment({ text: '' })), parameters: Object.fromEntries(docs) }
}

/** One attribute; `prefix` is the path of the sets around it. */
function readAttribute(
  reader: Reader,
  binding: NixBinding & { kind: 'attribute' },
  prefix: string,
  exported: boolean,
): OutlineSymbol[] {
  const name = prefix + pathText(reader.source, binding)
  const doc = docAbove(binding.leading)
  const base = {
    name,
    exported,
    exportedAs: exported ? [name] : [],
    lines: reader.linesOf(binding),
    members: [],
    parameters: [],
    returnType: null,
  }
  const option = readOption(reader.source, binding.value)
  if (option !== null) {
    const { nested, ...facts } = option
    const members = nested === null ? [] : readBindings(reader, nested.bindings, '', exported)
    const described = facts.description === null ? doc : docComment({ text: facts.description })
    return [
      {
        ...base,
        kind: 'option',
        signature: `${name} = ${reader.short(binding.value)}`,
        doc: described,
        members,
        option: facts,
      },
    ]
  }
  if (binding.value.kind === 'lambda') {
    const { parameters, docs } = readFormals(reader, binding.value)
    return [
      {
        ...base,
        kind: 'function',
        signature: `${name} = ${lambdaHead(binding.value)}`,
        doc: withParameterDocs(doc, docs),
        parameters,
      },
    ]
  }
  // A set that holds options or functions is only the path to them.
  if (binding.value.kind === 'set' && holdsMore(reader, binding.value))
    return readBindings(reader, binding.value.bindings, `${name}.`, exported)
  return [{ ...base, kind: 'attribute', signature: `${name} = ${reader.short(binding.value)}`, doc }]
}

const holdsMore = (reader: Reader, set: NixSet): boolean =>
  set.bindings.some(
    (binding) =>
      binding.kind === 'attribute' &&
      (binding.value.kind === 'lambda' ||
        readOption(reader.source, binding.value) !== null ||
        (binding.value.kind === 'set' && holdsMore(reader, binding.value))),
  )

function readBindings(
  reader: Reader,
  bindings: readonly NixBinding[],
  prefix: string,
  exported: boolean,
): OutlineSymbol[] {
  return bindings.flatMap((binding) => {
    if (binding.kind === 'attribute') return readAttribute(reader, binding, prefix, exported)
    if (!exported) return []
    const from = binding.from === null ? '' : ` (${reader.short(binding.from)})`
    return binding.names.map((name): OutlineSymbol => {
      const full = prefix + quoteName(name)
      return {
        kind: 're-export',
        name: full,
        signature: `inherit${from} ${quoteName(name)};`,
        exported,
        exportedAs: [full],
        doc: null,
        parameters: [],
        returnType: null,
        lines: reader.linesOf(binding),
        members: [],
      }
    })
  })
}

/** What the file evaluates to, as far as its text shows it: the attributes of the set at its end. */
function readResult(reader: Reader, expr: NixExpr): OutlineSymbol[] {
  switch (expr.kind) {
    case 'set':
      return readBindings(reader, expr.bindings, '', true)
    case 'let':
      return [...readResult(reader, expr.body), ...readBindings(reader, expr.bindings, '', false)]
    case 'assert':
    case 'with':
      return readResult(reader, expr.body)
    case 'if':
      return [...readResult(reader, expr.then), ...readResult(reader, expr.else)]
    case 'binary':
      return expr.operator === '//' ? [...readResult(reader, expr.left), ...readResult(reader, expr.right)] : []
    case 'apply': {
      // `stdenv.mkDerivation { … }`, also with `finalAttrs: { … }`
      const last = applicationOf(expr).args.at(-1)
      return last === undefined ? [] : readResult(reader, last.kind === 'lambda' ? last.body : last)
    }
    default:
      return []
  }
}

/** Files named by `imports = [ … ]` and `import ./x.nix`. */
function readImports(reader: Reader, root: NixExpr): ImportedModule[] {
  const imports: ImportedModule[] = []
  const add = (expr: NixExpr) =>
    imports.push({
      source: reader.source.slice(expr.start, expr.end),
      names: ['*'],
      line: reader.position(expr.start).line,
    })
  for (const expr of everyExpression(root)) {
    if (
      expr.kind === 'apply' &&
      expr.fn.kind === 'variable' &&
      expr.fn.name === 'import' &&
      expr.argument.kind === 'path'
    )
      add(expr.argument)
    if (expr.kind !== 'set') continue
    for (const binding of expr.bindings) {
      const isImports =
        binding.kind === 'attribute' &&
        binding.path.length === 1 &&
        binding.path[0]?.kind === 'static' &&
        binding.path[0].name === 'imports'
      if (isImports && binding.value.kind === 'list')
        for (const item of binding.value.items) if (item.kind === 'path' || item.kind === 'string') add(item)
    }
  }
  return imports.sort((a, b) => a.line - b.line)
}

/** @param source text of the file */
export function outlineNix(source: string): ModuleOutline {
  const reader = new Reader(source)
  const { expression, faults } = parseNix(source)
  const doc = docAtTop(source, skipTrivia(source, 0))
  const symbols = expression === null ? [] : readFile(reader, expression)
  return {
    language: 'nix',
    doc,
    imports: expression === null ? [] : readImports(reader, expression),
    symbols: symbols.map((symbol) =>
      symbol.name.startsWith('options.') && symbol.kind === 'option' ? withoutOptions(symbol) : symbol,
    ),
    faults: faults.map((fault) => ({ ...reader.position(fault.offset), message: fault.message })),
    lines: reader.lines,
  }
}

/** Options go by the name under which they are set: `services.x.enable`, not `options.services.x.enable`. */
function withoutOptions(symbol: OutlineSymbol): OutlineSymbol {
  const name = symbol.name.slice('options.'.length)
  return { ...symbol, name, exportedAs: [name] }
}

/** The name a file's own function goes by: Nix files are anonymous. */
export const FILE_FUNCTION = '(this file)'

function readFile(reader: Reader, expression: NixExpr): OutlineSymbol[] {
  if (expression.kind !== 'lambda') return readResult(reader, expression)
  const { parameters, docs, body } = readFormals(reader, expression)
  const own: OutlineSymbol = {
    kind: 'function',
    name: FILE_FUNCTION,
    signature: lambdaHead(expression),
    exported: true,
    exportedAs: [FILE_FUNCTION],
    doc: withParameterDocs(docAtTop(reader.source, expression.start), docs),
    parameters,
    returnType: null,
    lines: reader.linesOf(expression),
    members: [],
  }
  return [own, ...readResult(reader, body)]
}
