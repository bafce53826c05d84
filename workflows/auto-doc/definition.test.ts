import { execFileSync } from 'node:child_process'
import { symlink, writeFile } from 'node:fs/promises'
import MarkdownIt from 'markdown-it'
import { afterEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { RunEvent } from '#lib/operations/types.ts'
import { autoDoc } from './definition.ts'
import { documentOutput, documentSummary, storedDocument } from './schemas.ts'
import { startAutoDoc, stranger, type TestAutoDoc } from './testing.ts'

const SOURCE = `/** Sums and such. */
import { x } from './x.ts'

/**
 * Adds two numbers. <img src=x onerror=alert(1)> [click](javascript:alert(2))
 * # Not a heading
 * @param a the first | one
 * @param gone no longer there
 * @example
 * add(1, 2)
 */
export function add(a: number, b: number = 2): number {
  return a + b
}
export const undocumentedThing = 1
export class Counter {
  /** Counts one. */
  step(by: number): void {}
}
const hidden = x
`

const open: TestAutoDoc[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

async function start(...args: Parameters<typeof startAutoDoc>) {
  const test = await startAutoDoc(...args)
  open.push(test)
  const [main, list, get] = autoDoc.operations
  if (main === undefined || list === undefined || get === undefined) throw new Error('an operation is missing')
  return {
    ...test,
    document: (input: Record<string, unknown>, options?: Parameters<typeof test.call>[3]) =>
      test.call(main, documentOutput, input, options),
    list: (options?: Parameters<typeof test.call>[3]) =>
      test.call(list, z.object({ documents: z.array(documentSummary), total: z.int() }), {}, options),
    get: (document_id: string, options?: Parameters<typeof test.call>[3]) =>
      test.call(get, storedDocument, { document_id }, options),
  }
}

const html = (markdown: string) => new MarkdownIt({ html: true }).render(markdown)

describe('documenting a file', () => {
  it('every example is a valid input', () => {
    for (const operation of autoDoc.operations)
      for (const example of operation.examples) expect(() => operation.input.parse(example.input)).not.toThrow()
  })

  it('gives the whole structure without a model', async () => {
    const { document, path } = await start({ 'a.ts': SOURCE })
    const engines: unknown[] = []
    const result = await document(
      { file_path: path('a.ts'), use_model: false },
      { engine: (used) => engines.push(used) },
    )
    expect(result.sections).toEqual(['Overview', 'API', 'Internals', 'Imports', 'Undocumented', 'Checks'])
    expect(result).toMatchObject({
      language: 'typescript',
      engine: 'built-in',
      model: null,
      coverage: { documented: 2, total: 4 },
      undocumented: ['undocumentedThing', 'Counter'],
    })
    expect(engines).toEqual([{ engine: 'built-in' }])
    expect(result.documentation).toContain('function add(a: number, b: number = 2): number')
    expect(result.documentation).toContain('| `a` | `number` | required | the first \\| one |')
    expect(result.documentation).toContain('```typescript\nadd(1, 2)\n```')
    expect(result.checks.filter((check) => !check.ok).map((check) => check.id)).toEqual(['coverage', 'parameters'])
    expect(result.checks.find((check) => check.id === 'parameters')?.message).toContain('add(gone)')
  })

  it('lets no comment bring in HTML, scripts or headings', async () => {
    const { document, path } = await start({ 'a.ts': SOURCE })
    const { documentation } = await document({ file_path: path('a.ts'), use_model: false })
    expect(html(documentation)).not.toMatch(/<img|href="javascript/)
    expect(html(documentation)).toContain('<strong>Not a heading</strong>')
  })

  it('leaves internals and line numbers out of what is for users', async () => {
    const { document, path } = await start({ 'a.ts': SOURCE })
    const result = await document({
      file_path: path('a.ts'),
      style: 'user-friendly',
      use_model: false,
      include_examples: false,
    })
    expect(result.sections).toEqual(['Overview', 'What it offers'])
    expect(result.documentation).not.toMatch(/hidden|line \d|add\(1, 2\)/)
  })

  it('documents what it can of a file with syntax errors, and states them', async () => {
    const { document, path } = await start({ 'a.nix': '{\n  # Good.\n  a = x: x;\n  b = ;\n}' })
    const result = await document({ file_path: path('a.nix'), use_model: false })
    expect(result.sections).toContain('Syntax errors')
    expect(result.documentation).toContain('line 4, column 7')
    expect(result.documentation).toContain('Good.')
  })

  it.each([
    ['a.py', 'def f(x: int = 1) -> str:\n    """Does."""\n', 'def f(x: int = 1) -> str'],
    ['a.tsx', 'export const A = () => <p/>', 'const A = ()'],
    ['a.mjs', 'export const a = 1', 'const a = 1'],
    ['empty.ts', '', 'exports nothing'],
  ])('documents %s', async (name, text, expected) => {
    const { document, path } = await start({ [name]: text })
    expect((await document({ file_path: path(name), use_model: false })).documentation).toContain(expected)
  })
})

describe('with a model', () => {
  it('quotes it, apart from the facts, and keeps only examples that use what exists', async () => {
    const { document, path, fake } = await start({ 'a.ts': SOURCE })
    const answer = {
      symbols: [
        { index: 0, summary: 'Adds <b>numbers</b>.\n# Loud', example: 'const n = add(1, invented)' },
        { index: 2, summary: 'Counts on.', example: 'new Counter().step(2)' },
        { index: 2, summary: 'Said twice.' },
      ],
    }
    fake.play((question) => ({
      kind: 'answer',
      tokens: [
        JSON.stringify(
          question.messages[1]?.content.includes('For each') === true ? answer : { purpose: 'It counts.' },
        ),
      ],
    }))
    const events: RunEvent[] = []
    const result = await document({ file_path: path('a.ts') }, { onEvent: (event) => events.push(event) })
    expect(result).toMatchObject({ engine: 'ollama', model: 'fake:latest', model_note: null })
    expect(result.documentation).toContain('> **fake:latest says** (not checked): It counts.')
    expect(result.documentation).toContain('> **fake:latest says** (not checked): Adds &lt;b>numbers&lt;/b>. # Loud')
    expect(result.documentation).not.toMatch(/invented|Said twice/)
    expect(result.documentation).toContain('new Counter().step(2)')
    expect(result.checks.find((check) => check.id === 'model')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/explained 2 of 4 symbols.*1 example was left out/) as string,
    })
    expect(events.filter((event) => event.type === 'step').length).toBe(3)
  })

  it('leaves out what has no word in it, and keeps the rest of the same answer', async () => {
    const { document, path, fake } = await start({ 'a.ts': SOURCE })
    const symbols = [
      { index: 0, summary: '}, {' },
      { index: 2, summary: 'Counts on.' },
    ]
    fake.play((question) => {
      const batch = question.messages[1]?.content.includes('For each') === true
      return { kind: 'answer', tokens: [JSON.stringify(batch ? { symbols } : { purpose: '...' })] }
    })
    const { documentation, checks } = await document({ file_path: path('a.ts') })
    expect(documentation.match(/says\*\*.*/g)).toEqual(['says** (not checked): Counts on.'])
    expect(checks.find((check) => check.id === 'model')?.message).toMatch(/explained 1 of 4 symbols/)
  })

  it.each([
    ['is not there', { model: 'other' }, { kind: 'answer', tokens: ['{}'] }, /other/],
    ['gives no JSON', {}, { kind: 'answer', tokens: ['I think'] }, /no JSON/],
    ['gives other JSON', {}, { kind: 'answer', tokens: ['{"symbols":[{"index":99,"summary":"x"}]}'] }, /does not fit/],
    ['breaks off', {}, { kind: 'cut', tokens: ['{"pur'] }, /./],
    ['fails', {}, { kind: 'refuse', status: 500, body: 'no memory' }, /./],
  ] as const)('falls back with the reason when it %s', async (_title, settings, scenario, reason) => {
    const { document, path, fake } = await start({ 'a.ts': SOURCE }, settings)
    fake.play(scenario)
    const result = await document({ file_path: path('a.ts') })
    expect(result).toMatchObject({ engine: 'built-in', model: null })
    expect(result.model_note).toMatch(reason)
    expect(result.documentation).toContain('No model explained it')
  })

  it('stops when cancelled, and keeps nothing', async () => {
    const { document, path, fake, list } = await start({ 'a.ts': SOURCE })
    fake.play({ kind: 'endless' })
    const cancel = new AbortController()
    const running = document(
      { file_path: path('a.ts') },
      { signal: cancel.signal, onEvent: (event) => event.type === 'progress' && setTimeout(() => cancel.abort(), 20) },
    )
    await expect(running).rejects.toThrow()
    await fake.abandoned()
    expect((await list()).total).toBe(0)
  })
})

describe('which files', () => {
  it('lets a key read only the allowed folders, wherever a link leads', async () => {
    const { document, path } = await start({
      'allowed/a.ts': 'export {}',
      'secret.ts': 'export {}',
      'allowed-not/b.ts': 'export {}',
    })
    await symlink(path('secret.ts'), path('allowed/link.ts'))
    await expect(
      document({ file_path: path('allowed/a.ts'), use_model: false }, { principal: stranger }),
    ).resolves.toBeDefined()
    for (const name of [
      'secret.ts',
      'allowed/link.ts',
      'allowed/../secret.ts',
      'allowed-not/b.ts',
      'not-there.ts',
      'secret.ts/x',
    ])
      await expect(document({ file_path: path(name) }, { principal: stranger })).rejects.toMatchObject({
        code: 'path-not-allowed',
        hint: expect.stringContaining('allowedDirs') as string,
      })
    await expect(document({ file_path: path('allowed/none.ts') }, { principal: stranger })).rejects.toMatchObject({
      code: 'path-not-found',
    })
    await expect(document({ file_path: 'a.ts' }, { principal: stranger })).rejects.toMatchObject({
      code: 'invalid-input',
    })
    await expect(
      document({ file_path: path('secret.ts'), use_model: false }, { principal: { ...stranger, scopes: ['admin'] } }),
    ).resolves.toBeDefined()
  })

  it.each([
    ['none.ts', 'path-not-found'],
    ['a.txt', 'unsupported-language'],
    ['folder.ts', 'not-a-file'],
    ['pipe.ts', 'not-a-file'],
    ['big.ts', 'file-too-large'],
    ['a.txt/b.ts', 'path-not-found'],
  ])('refuses %s with %s', async (name, code) => {
    const { document, path } = await start({
      'a.txt': 'a',
      'folder.ts/x': '',
      'big.ts': Buffer.alloc(2 * 1024 * 1024 + 1, 32),
    })
    execFileSync('mkfifo', [path('pipe.ts')])
    await expect(document({ file_path: path(name) })).rejects.toMatchObject({ code })
  })

  it('names the supported endings', async () => {
    const { document, path } = await start({ 'a.rs': '' })
    await expect(document({ file_path: path('a.rs') })).rejects.toMatchObject({
      hint: expect.stringMatching(/\.nix.*\.py.*\.ts/) as string,
    })
  })
})

describe('the record', () => {
  it('keeps the newest document of each file and style, and says when it is stale', async () => {
    const { document, path, list, get } = await start({ 'a.ts': SOURCE, 'b.py': 'x = 1' })
    const first = await document({ file_path: path('a.ts'), use_model: false })
    const second = await document({ file_path: path('a.ts'), use_model: false })
    await document({ file_path: path('b.py'), use_model: false, style: 'user-friendly' })
    expect(second.document_id).toBe(first.document_id)
    expect((await list()).documents.map((entry) => [entry.file_path, entry.stale])).toEqual([
      [path('b.py'), false],
      [path('a.ts'), false],
    ])
    await writeFile(path('a.ts'), 'export const changed = 1')
    expect(await get(first.document_id)).toMatchObject({
      stale: true,
      source: 'changed',
      documentation: first.documentation,
      sections: first.sections,
    })
    await expect(get('doc_none')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('says of which zone its times are', async () => {
    const { document, path, list } = await start({ 'a.ts': SOURCE })
    await document({ file_path: path('a.ts'), use_model: false })
    const operation = autoDoc.operations.find(({ id }) => id === 'list_autodoc_documents')
    expect(operation?.cli?.render?.(await list())).toMatch(/2026-03-01 10:00 UTC .*a\.ts$/)
  })

  it('holds few of the files at once that it looks at', async () => {
    const names = Array.from({ length: 50 }, (_, number) => `f${number}.ts`)
    const { document, path, list } = await start(Object.fromEntries(names.map((name) => [name, SOURCE])))
    for (const name of names) await document({ file_path: path(name), use_model: false })
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const look = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 0)
    const { documents } = await list()
    clearInterval(look)
    expect(documents.filter(({ source }) => source === 'unchanged')).toHaveLength(50)
    expect(most).toBeLessThan(32 * 1024 * 1024)
  })

  it('shows a key only documents of files it may read', async () => {
    const { document, path, list, get } = await start({ 'allowed/a.ts': SOURCE, 'secret.ts': SOURCE })
    await document({ file_path: path('allowed/a.ts'), use_model: false })
    const secret = await document({ file_path: path('secret.ts'), use_model: false })
    const seen = await list({ principal: stranger })
    expect(seen).toMatchObject({ total: 1, documents: [{ file_path: path('allowed/a.ts') }] })
    await expect(get(secret.document_id, { principal: stranger })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('templates', () => {
  it('come from the folder of the settings', async () => {
    const { document, path } = await start(
      {
        'a.ts': SOURCE,
        't/technical.md': '# Docs of {{ title }} $&\n\n{{options}}\n\nBy us. \\{{title}}\n\n{{api}}\n',
      },
      { templates: '$FOLDER/t' },
    )
    const { documentation, sections } = await document({ file_path: path('a.ts'), use_model: false })
    expect(documentation.startsWith('# Docs of `a.ts` $&\n\nBy us. {{title}}\n\n## API\n')).toBe(true)
    expect(sections).toEqual(['API'])
  })

  it('are refused with all their faults at once', async () => {
    const { document, path } = await start(
      { 'a.ts': SOURCE, 't/technical.md': '{{titel}}\n{{api\n', 't/other.md': '' },
      { templates: '$FOLDER/t' },
    )
    await expect(document({ file_path: path('a.ts') })).rejects.toMatchObject({
      code: 'templates-invalid',
      faults: [
        { path: 'other.md' },
        { path: 'technical.md:1', message: expect.stringContaining('did you mean {{title}}') as string },
        { path: 'technical.md:2' },
        { path: 'technical.md', message: '{{title}} is missing' },
        { path: 'technical.md', message: '{{api}} is missing' },
        { path: 'technical.md', message: '{{options}} is missing' },
      ],
    })
  })

  it('say so when their folder is not there', async () => {
    const { document, path } = await start({ 'a.ts': SOURCE }, { templates: '/nonexistent/t' })
    await expect(document({ file_path: path('a.ts') })).rejects.toMatchObject({ code: 'templates-invalid' })
  })
})
