/** A generated tree to clean up: the same for everyone who is measured. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const filesPerFolder = 200
/** Kinds with the bytes that their content begins with. */
const kinds: readonly (readonly [extension: string, head: Buffer])[] = [
  ['pdf', Buffer.from('%PDF-1.7\n')],
  ['jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0])],
  ['png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])],
  ['mp3', Buffer.from('ID3\u0003\u0000\u0000')],
  ['gz', Buffer.from([0x1f, 0x8b, 0x08, 0])],
  ['txt', Buffer.from('Notes\n')],
]

/** When the files were last changed: spread over three years, none of it recent. */
const oldest = Date.UTC(2021, 0, 1) / 1000
const span = 3 * 365 * 86_400

/**
 * Makes `count` small files (200 to 1,700 bytes, no two alike) in folders of 200. The names repeat from folder to folder,
 * as they do in downloads, so that moving them together makes collisions.
 */
export function makeTree(root: string, count: number): void {
  let folder = root
  for (let index = 0; index < count; index++) {
    const place = index % filesPerFolder
    if (place === 0) {
      folder = join(root, `batch ${index / filesPerFolder}`)
      mkdirSync(folder, { recursive: true })
    }
    const [extension, head] = kinds[index % kinds.length] ?? ['txt', Buffer.from('Notes\n')]
    const path = join(folder, `file-${place}.${extension}`)
    writeFileSync(path, Buffer.concat([head, Buffer.from(`${index} `.repeat(30 + (index % 180)))]))
    const changed = oldest + ((index * 7919) % span)
    utimesSync(path, changed, changed)
  }
}
