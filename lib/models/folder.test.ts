import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blobPath, bytesToCome, missingFile, viewFolder } from './folder.ts'
import { hashFiles } from './hash.ts'
import type { Manifest } from './manifest.ts'
import { freedBytes } from './prune.ts'

const sha = (text: string) => createHash('sha256').update(text).digest('hex')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hwc-ai-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Writes a model of these files; gives what Ollama would list. */
function store(at: string, name: string, contents: readonly string[]) {
  const layers = contents.map((text) => {
    const digest = `sha256:${sha(text)}`
    mkdirSync(join(at, 'blobs'), { recursive: true })
    writeFileSync(blobPath(at, digest), text)
    return { mediaType: 'm', digest, size: text.length }
  })
  const [config, ...rest] = layers
  if (config === undefined) throw new Error('a model has a file')
  const manifest: Manifest = { schemaVersion: 2, mediaType: 'm', config, layers: rest }
  const path = join(at, 'manifests', 'registry.ollama.ai', 'library', name.replace(':', '/'))
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, JSON.stringify(manifest))
  const digest = sha(JSON.stringify(manifest))
  return { manifest, listed: { name, digest, sizeBytes: 1, family: null, parameterSize: null } }
}

describe('the model folder', () => {
  it.each(['', 'models', '.ollama/models'])('is found at "%s" below the data folder', async (place) => {
    const { listed } = store(join(folder, place), 'a:1', ['x'])
    const { folder: found } = await viewFolder(folder, [listed])
    expect(found?.path).toBe(join(folder, place))
    expect(found?.models).toMatchObject([{ digest: listed.digest }])
  })

  it('of another Ollama is not taken for this one’s', async () => {
    const { listed } = store(folder, 'a:1', ['x'])
    expect(await viewFolder(folder, [{ ...listed, digest: 'other' }])).toMatchObject({
      folder: null,
      reason: expect.stringContaining('another Ollama') as string,
    })
  })

  it('passes over manifests that are damaged or lie too deep', async () => {
    const { listed } = store(folder, 'a:1', ['x'])
    const library = join(folder, 'manifests', 'registry.ollama.ai', 'library')
    mkdirSync(join(library, 'b', 'deep'), { recursive: true })
    writeFileSync(join(library, 'b', '1'), '{')
    writeFileSync(join(library, 'b', 'deep', '1'), JSON.stringify({}))
    expect((await viewFolder(folder, [listed])).folder?.models).toHaveLength(1)
  })

  it('that is not there is said so', async () => {
    expect((await viewFolder(join(folder, 'none'), [])).reason).toContain('holds no models')
  })

  it('shows a file that is missing or too short', async () => {
    const { manifest, listed } = store(folder, 'a:1', ['config', 'weights'])
    const { folder: found } = await viewFolder(folder, [listed])
    if (found === null) throw new Error('no folder')
    expect(await missingFile(found, manifest)).toBeNull()
    const path = blobPath(folder, `sha256:${sha('weights')}`)
    truncateSync(path, 3)
    expect(await missingFile(found, manifest)).toBe(`its file ${path} has 3 bytes, but should have 7`)
    rmSync(path)
    expect(await missingFile(found, manifest)).toBe(`its file ${path} is not there`)
  })

  it('counts what has come already, also of a file that is still coming', async () => {
    mkdirSync(join(folder, 'blobs'))
    const blobs = [{ digest: `sha256:${sha('x')}`, sizeBytes: 1_000_000 }]
    expect(await bytesToCome(folder, blobs)).toBe(1_000_000)
    const partial = `${blobPath(folder, `sha256:${sha('x')}`)}-partial`
    writeFileSync(partial, Buffer.alloc(200_000, 1))
    truncateSync(partial, 1_000_000)
    const { blocks } = statSync(partial)
    expect(await bytesToCome(folder, blobs)).toBe(1_000_000 - blocks * 512)
    expect(blocks * 512).toBeLessThan(500_000)
  })
})

it('removing a model frees the files that no other needs, and those that two of them share once', async () => {
  const one = store(folder, 'a:1', ['config one', 'weights'])
  const two = store(folder, 'b:1', ['config two', 'weights'])
  const three = store(folder, 'c:1', ['config three', 'other weights'])
  const all = [one.listed, two.listed, three.listed]
  const view = await viewFolder(folder, all)
  expect(freedBytes([one.listed], all, view)).toBe('config one'.length)
  expect(freedBytes([one.listed, two.listed], all, view)).toBe('config oneconfig twoweights'.length)
  expect(freedBytes([one.listed], all, { folder: null, reason: 'x' })).toBeNull()
})

describe('hashing', () => {
  it('reads files on another thread, and says what could not be read', async () => {
    const path = join(folder, 'file')
    writeFileSync(path, 'weights')
    let read = 0
    const hashes = await hashFiles(
      [path, join(folder, 'none')],
      new AbortController().signal,
      (bytes) => (read += bytes),
    )
    expect(hashes.get(path)).toEqual({ sha256: sha('weights') })
    expect(hashes.get(join(folder, 'none'))).toMatchObject({ reason: expect.stringContaining('ENOENT') as string })
    expect(read).toBe(7)
  })

  it('ends when it is cancelled', async () => {
    await expect(hashFiles(['/dev/zero'], AbortSignal.timeout(100), () => undefined)).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})
