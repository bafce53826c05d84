import { describe, expect, it } from 'vitest'
import { keptName, modelKey, parseModelName, readModelName, rejectedName } from './name.ts'

describe('the name of a model', () => {
  it.each([
    ['llama3.2', 'registry.ollama.ai', 'library', 'llama3.2', 'latest', 'llama3.2:latest'],
    ['llama3.2:3b', 'registry.ollama.ai', 'library', 'llama3.2', '3b', 'llama3.2:3b'],
    ['me/mine:q4_K_M', 'registry.ollama.ai', 'me', 'mine', 'q4_K_M', 'me/mine:q4_K_M'],
    ['hf.co/user/repo:Q4', 'hf.co', 'user', 'repo', 'Q4', 'hf.co/user/repo:Q4'],
    ['nas.lan:5000/library/a:1', 'nas.lan:5000', 'library', 'a', '1', 'nas.lan:5000/library/a:1'],
    ['nas.lan:5000/library/a', 'nas.lan:5000', 'library', 'a', 'latest', 'nas.lan:5000/library/a:latest'],
    ['http://localhost:5000/library/a:1', 'localhost:5000', 'library', 'a', '1', 'localhost:5000/library/a:1'],
    ['registry.ollama.ai/library/a:1', 'registry.ollama.ai', 'library', 'a', '1', 'a:1'],
  ])('%s is read as Ollama reads it', (text, host, namespace, model, tag, full) => {
    expect(readModelName(text)).toEqual({ host, namespace, model, tag, full })
  })

  it.each(['', ' ', 'a b', '../../etc/passwd', 'a/../b', '-a', 'a:', 'a:b/c', 'a//b', 'host/ns/model/more:1', 'ä'])(
    '%j is none',
    (text) => {
      expect(readModelName(text)).toBeNull()
      expect(() => parseModelName(text)).toThrow('is not the name of a model')
    },
  )

  it('is the same in every spelling', () => {
    expect(modelKey('LLaMA3.2')).toBe(modelKey('registry.ollama.ai/library/llama3.2:latest'))
    expect(modelKey('llama3.2:3b')).not.toBe(modelKey('llama3.2'))
  })

  it('put aside for an update is one that Ollama takes, however long the tag is', () => {
    for (const tag of ['1', 'x'.repeat(80)]) {
      const name = parseModelName(`nas.lan:5000/library/a:${tag}`)
      for (const other of [keptName(name), rejectedName(name)]) {
        expect(readModelName(other)).not.toBeNull()
        expect(other).not.toBe(name.full)
      }
    }
  })
})
