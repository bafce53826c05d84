import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { toJsonSchema } from './json-schema.ts'

/** Another program's reading of the schema. */
const judge = z.fromJSONSchema(toJsonSchema())

describe('the JSON Schema of the settings', () => {
  it.each([
    [{}, true],
    [{ 'local-workflows': { fileCleanup: { watchDirs: ['/srv/inbox'] } }, ollama: { port: 11434 } }, true],
    [{ ollama: { models: ['a', { name: 'b' }] } }, true],
    [{ ollama: { models: [{ priority: 1 }] } }, false],
    [{ ollama: { prt: 1 } }, false],
    [{ ollama: { port: 65_536 } }, false],
    [{ 'local-workflows': { backend: { endpoint: null } } }, true],
    [{ 'local-workflows': { backend: { endpoint: 'ftp://x' } } }, false],
    [{ 'open-webui': { imageTag: 'latest' } }, false],
  ])('judges %j: %s', (tree, valid) => {
    expect(judge.safeParse(tree).success).toBe(valid)
  })
})
