import { expect, it } from 'vitest'
import { blobsOf, digestOnceStored, manifestSchema, sameFiles, sha256 } from './manifest.ts'

const hex = (char: string) => char.repeat(64)
/** As Ollama 0.17.4 has written one, but for the digests. */
const stored = `{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","digest":"sha256:${hex('5')}","size":418},"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:${hex('a')}","size":253113024,"from":"/m/blobs/sha256-\\u003c\\u0026\\u003e"},{"mediaType":"application/vnd.ollama.image.template","digest":"sha256:${hex('8')}","size":181},{"mediaType":"application/vnd.ollama.image.params","digest":"sha256:${hex('8')}","size":181}]}`
const parse = (text: string) => manifestSchema.parse(JSON.parse(text))

it('the digest of a stored manifest is foretold from what the registry sends, whatever its form', () => {
  expect(digestOnceStored(parse(stored))).toBe(sha256(stored))
  const { layers, config, ...rest } = parse(stored)
  const other = JSON.stringify({ unknown: 1, layers, config: { name: '', ...config }, ...rest }, null, 3)
  expect(digestOnceStored(parse(other))).toBe(sha256(stored))
  expect(digestOnceStored(parse(stored.replace('418', '419')))).not.toBe(sha256(stored))
})

it('files that several parts name are counted once', () => {
  expect(blobsOf(parse(stored)).map(({ sizeBytes }) => sizeBytes)).toEqual([253_113_024, 181, 418])
})

it('manifests that name the same files are the same, in either way of writing digests', () => {
  expect(sameFiles(parse(stored), parse(stored.replaceAll('sha256:', 'sha256-')))).toBe(true)
  expect(sameFiles(parse(stored), parse(stored.replace(hex('a'), hex('b'))))).toBe(false)
})

it.each(['sha256:../../etc/passwd', 'sha256:ABC', `md5:${hex('a')}`])('a digest like %s is refused', (digest) => {
  expect(() => parse(stored.replace(`sha256:${hex('a')}`, digest))).toThrow()
})
