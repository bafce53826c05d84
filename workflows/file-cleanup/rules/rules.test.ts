import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contentType } from '#lib/files/content-type/index.ts'
import { AppError } from '#lib/errors/index.ts'
import { rawPath } from '#lib/files/raw-path.ts'
import { describe, expect, it } from 'vitest'
import { compileRules } from './compile.ts'
import { loadRules, rulesSources } from './load.ts'
import { parseRules } from './parse.ts'
import { RULE_KEYS } from './schema.ts'

const faultsOf = (...texts: string[]) => {
  try {
    parseRules(texts.map((text, i) => ({ file: `${i}.yaml`, text })))
    return []
  } catch (error) {
    return error instanceof AppError ? error.faults.map(({ path, message }) => `${path}: ${message}`) : [String(error)]
  }
}

const subject = (name: string, content: string, modified = '2026-03-09T12:00:00') => ({
  name: rawPath(name),
  content: contentType(Buffer.from(content), rawPath(name)),
  sizeBytes: content.length,
  modifiedMs: new Date(modified).getTime(),
})

describe('the default rules', () => {
  it('are those of default.yaml, which has no fault', async () => {
    const text = readFileSync(join(import.meta.dirname, 'default.yaml'), 'utf8')
    expect(await loadRules(null)).toEqual(parseRules([{ file: 'default.yaml', text }]))
  })

  it('know each folder they make', async () => {
    const rules = compileRules(await loadRules(null))
    for (const { folderFor } of rules.categories.values()) {
      const folder = folderFor(subject('a.pdf', '%PDF-1.4'))
      expect(rules.isOwnFolder(rawPath(folder.split('/')[0] ?? ''))).toBe(true)
    }
    expect(rules.isOwnFolder(rawPath('Holiday'))).toBe(false)
    expect(rules.isOwnFolder(rawPath('Duplicates'))).toBe(true)
  })
})

describe('rules files', () => {
  it('are refused with all their faults at once, by file and path, with the nearest known key', () => {
    const faults = faultsOf(
      'categoris: {}\nrules:\n  - name: A\n    when: {kindd: image}\n    category: pictures\n  - name: B\n    when: {kind: imagee, larger_than: 5 apples}\n    leave: true\n',
      'categories:\n  a: {folder: ../up, description: x}\n  b: {folder: "X/{yeer}", description: x}\n',
      'categories: [1\n',
    )
    expect(faults.join('\n')).toContain('0.yaml: categoris is not known; did you mean categories?')
    expect(faults.join('\n')).toContain('0.yaml: rules.0.when: kindd is not known; did you mean kind?')
    expect(faults.join('\n')).toContain('0.yaml: rules.1.when.kind: must be one of image, video, ')
    expect(faults.join('\n')).toContain('0.yaml: rules.1.when.larger_than: must be like 500 KB')
    expect(faults.join('\n')).toContain('1.yaml: categories.a.folder: must not hold empty parts, . or ..')
    expect(faults.join('\n')).toContain('1.yaml: categories.b.folder: {yeer} is not known')
    expect(faults.some((fault) => fault.startsWith('2.yaml: '))).toBe(true)
  })

  it('name a category that is not there, and the one that was meant', () => {
    expect(
      faultsOf(
        'categories: {pictures: {folder: P, description: x}}\nrules: [{name: A, when: {kind: image}, category: picture}]',
      ),
    ).toEqual(['0.yaml: rules.0.category: no category is called picture; did you mean pictures?'])
  })

  it('need something to do and something to go by', () => {
    expect(faultsOf('rules: [{name: A, when: {}}]')).toEqual([
      '0.yaml: rules.0: needs category or rename, or else leave: true',
      '0.yaml: rules.0.when: needs at least one condition',
    ])
  })

  it('of one’s own come before the included default ones', () => {
    const own =
      'include: default\ncategories: {taxes: {folder: "Taxes/{year}", description: tax papers}}\nrules: [{name: Taxes, when: {name: "*tax*"}, category: taxes}]'
    const rules = compileRules(parseRules([{ file: 'own.yaml', text: own }]))
    expect(rules.decide(subject('my TAX 1.pdf', '%PDF-1.4'), 0)).toMatchObject({
      category: 'taxes',
      folder: 'Taxes/2026',
    })
    expect(rules.decide(subject('other.pdf', '%PDF-1.4'), 0)).toMatchObject({
      category: 'documents',
      folder: 'Documents/2026',
    })
  })

  it('rename once, not again and again', () => {
    const rules = compileRules(
      parseRules([{ file: 'a', text: 'rules: [{name: Dated, when: {kind: text}, rename: "{date} {name}"}]' }]),
    )
    const first = rules.decide(subject('notes.txt', 'text'), 0)
    expect(first).toMatchObject({ name: '2026-03-09 notes.txt', folder: null })
    expect(rules.decide(subject(first?.name ?? '', 'text'), 0)?.name).toBe(first?.name)
  })

  it('are read again when a file changes, and the built-in ones hold while there are none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'))
    expect(rulesSources(folder).stamp).toBe('default')
    expect(rulesSources(join(folder, 'absent')).stamp).toBe('default')
    writeFileSync(join(folder, 'a.yaml'), 'rules: []')
    const { stamp } = rulesSources(folder)
    writeFileSync(join(folder, 'a.yaml'), 'ignore: ["*.x"]')
    const changed = rulesSources(folder)
    expect(changed.stamp).not.toBe(stamp)
    expect(await loadRules(changed.sources)).toMatchObject({ ignore: ['*.x'] })
    rmSync(folder, { recursive: true })
  })
})

describe('RULES.md', () => {
  const text = readFileSync(join(import.meta.dirname, '../RULES.md'), 'utf8')

  it('describes every key', () => {
    for (const key of RULE_KEYS) expect(text, key).toContain(`\`${key}\``)
  })

  it('has only examples without a fault', () => {
    const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
    expect(examples.length).toBeGreaterThan(1)
    for (const example of examples) expect(faultsOf(example), example).toEqual([])
  })
})
