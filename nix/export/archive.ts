/** The exported tree as one .tar.gz, always the same for the same tree. The format is ustar: pax(1), POSIX.1-2017. */
import { gzipSync } from 'node:zlib'
import type { NixTree } from '../types.ts'

const BLOCK = 512
/** 1980-01-01, the earliest date that every archive format knows. */
const TIMESTAMP = 315_532_800

/** Parts a path at a slash, as the format asks of those longer than its name field. */
function splitName(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path }
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)]
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return { prefix, name }
  }
  throw new Error(`${path} is too long for a tar archive`)
}

function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0')
  const { prefix, name } = splitName(path)
  block.write(name, 0)
  block.write(`${octal(0o644, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100)
  block.write(`${octal(size, 11)}\0${octal(TIMESTAMP, 11)}\0`, 124)
  // The checksum is that of the header with blanks in its place.
  block.write('        ', 148)
  block.write('0', 156)
  block.write('ustar\x0000', 257)
  block.write(prefix, 345)
  block.write(
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
    148,
  )
  return block
}

/**
 * Packs a tree.
 * @param folder that everything in the archive lies in
 */
export function archiveOf(tree: NixTree, folder: string): Buffer {
  const blocks: Buffer[] = []
  for (const [path, text] of tree) {
    const content = Buffer.from(text)
    blocks.push(header(`${folder}/${path}`, content.length), content, Buffer.alloc(-content.length & (BLOCK - 1)))
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 9 })
}
