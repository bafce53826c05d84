/** Small files that are really of their kind, made by hand from the formats' specifications. */
import { deflateSync, gzipSync } from 'node:zlib'

const latin1 = (text: string) => Buffer.from(text, 'latin1')

function crc32(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([latin1(name), data])
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  crc.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, crc])
}

/** A valid PNG of one grey pixel; `text` makes each one different. */
export function png(text: string): Buffer {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])
  const pixel = deflateSync(Buffer.from([0, 128]))
  const comment = latin1(`Comment\0${text}`)
  return Buffer.concat([
    latin1('\x89PNG\r\n\x1a\n'),
    chunk('IHDR', header),
    chunk('tEXt', comment),
    chunk('IDAT', pixel),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

export const jpeg = (text: string) => Buffer.concat([latin1('\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01'), Buffer.from(text)])
export const pdf = (text: string) =>
  latin1(`%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Title (${text})>> endobj\ntrailer <<>>\n%%EOF\n`)
export const mp3 = (text: string) => Buffer.concat([latin1('ID3\x04\0\0\0\0\0\0'), Buffer.from(text)])
export const mp4 = (text: string) => Buffer.concat([latin1('\0\0\0\x18ftypisom\0\0\x02\0'), Buffer.from(text)])
export const gzip = (text: string) => gzipSync(text)
export const elf = (text: string) => Buffer.concat([latin1('\x7fELF\x02\x01\x01\0\0\0\0\0'), Buffer.from(text)])
export const unknown = (text: string) => Buffer.concat([Buffer.from([1, 2, 3, 0, 200, 201]), Buffer.from(text)])

/** A ZIP archive with one stored entry, which tells the formats built on ZIP apart. */
export function zip(entry: string, content: string): Buffer {
  const [name, data] = [Buffer.from(entry), Buffer.from(content)]
  const local = Buffer.alloc(30)
  local.write('PK\x03\x04', 'latin1')
  local.writeUInt32LE(crc32(data), 14)
  local.writeUInt32LE(data.length, 18)
  local.writeUInt32LE(data.length, 22)
  local.writeUInt16LE(name.length, 26)
  const central = Buffer.alloc(46)
  central.write('PK\x01\x02', 'latin1')
  local.copy(central, 16, 14, 30)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length + name.length, 12)
  end.writeUInt32LE(local.length + name.length + data.length, 16)
  return Buffer.concat([local, name, data, central, name, end])
}

export const odt = () => zip('mimetype', 'application/vnd.oasis.opendocument.text')
export const docx = (text: string) =>
  zip('[Content_Types].xml', `<Types><Override PartName="/word/document.xml"/>${text}</Types>`)
