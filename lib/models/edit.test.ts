import { describe, expect, it } from 'vitest'
import { loadSettings } from '../config/index.ts'
import { desiredModels } from './desired.ts'
import { entriesToKeep, listEntries } from './edit.ts'

const declared = ['llama3.2:3b', { name: 'qwen:1', autoUpdate: false, priority: 10 }]

function load(edited: unknown, file: unknown = declared) {
  return loadSettings({
    env: { HWC_AI_CONFIG: JSON.stringify({ ollama: { models: file } }) },
    readFile: () => '',
    stateDir: '/state',
    overrides: new Map([['ollama.models', edited]]),
  })
}

describe('an edited list of models', () => {
  it('adds to what the configuration declares, and never takes from it', () => {
    const { settings, declared: kept } = load([
      'mine:1',
      'LLaMA3.2:3B',
      { name: 'qwen:1', autoUpdate: true, priority: 99 },
    ])
    expect(settings.ollama.models).toEqual([...declared, 'mine:1'])
    expect(kept.get('ollama.models')).toEqual(declared)
    expect(load([]).settings.ollama.models).toEqual(declared)
  })

  it('also keeps what is declared only after the edit', () => {
    expect(load(['mine:1'], ['new:1']).settings.ollama.models).toEqual(['new:1', 'mine:1'])
  })

  it('is kept without the declared entries, which are marked', () => {
    expect(entriesToKeep([...declared, 'mine:1'], declared)).toEqual([
      { name: 'mine:1', autoUpdate: true, priority: 50 },
    ])
    expect(listEntries([...declared, 'mine:1'], declared).map((entry) => [entry.name, entry.declared])).toEqual([
      ['llama3.2:3b', true],
      ['qwen:1', true],
      ['mine:1', false],
    ])
  })

  it('with faults is refused with all of them', () => {
    expect(() =>
      entriesToKeep(
        [
          { name: 'qwen', autoUpdate: true, priority: 1 },
          'qwen:latest',
          'a b',
          { name: 'qwen:1', autoUpdate: true, priority: 10 },
        ],
        declared,
      ),
    ).toThrow(
      expect.objectContaining({
        faults: [
          { path: 'models.1', message: '"qwen:latest" is there twice' },
          { path: 'models.2', message: expect.stringContaining('is not the name of a model') as string },
          { path: 'models.3', message: expect.stringContaining('is declared in the configuration') as string },
        ],
      }),
    )
  })
})

describe('wanted models', () => {
  it('come by their priority, each once, and else in the order of the list', () => {
    const { models } = desiredModels(['b:1', { name: 'a:1', autoUpdate: true, priority: 10 }, 'c:1', 'B:1'], {
      insecureRegistries: [],
    })
    expect(models.map(({ name }) => name.full)).toEqual(['a:1', 'b:1', 'c:1'])
  })

  it('are refused over plain HTTP from a host that is not listed', () => {
    const names = ['http://nas:5000/library/a:1', 'no name']
    expect(desiredModels(names, { insecureRegistries: [] }).invalid.map(({ name }) => name)).toEqual(names)
    expect(desiredModels(names, { insecureRegistries: ['nas:5000'] }).models.map(({ name }) => name.full)).toEqual([
      'nas:5000/library/a:1',
    ])
  })
})
