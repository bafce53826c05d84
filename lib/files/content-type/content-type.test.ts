import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  docx,
  elf,
  gzip,
  jpeg,
  mp3,
  mp4,
  odt,
  pdf,
  png,
  unknown,
  zip,
} from '#workflows/file-cleanup/testing/contents.ts'
import { parsePath } from '../raw-path.ts'
import { contentType, HEAD_BYTES } from './index.ts'

const typeOf = (name: string, content: Buffer | string) =>
  contentType(Buffer.from(content).subarray(0, HEAD_BYTES), parsePath(name))

describe('the content type', () => {
  it.each([
    ['a.png', png('x'), 'image'],
    ['a.jpg', jpeg('x'), 'image'],
    ['a.pdf', pdf('x'), 'document'],
    ['a.mp3', mp3('x'), 'audio'],
    ['a.mp4', mp4('x'), 'video'],
    ['a.tar.gz', gzip('x'), 'archive'],
    ['a', elf('x'), 'program'],
    ['a.zip', zip('b', 'x'), 'archive'],
    ['a.docx', docx('x'), 'document'],
    ['a.odt', odt(), 'document'],
    ['a.epub', zip('mimetype', 'application/epub+zip'), 'ebook'],
    ['a.txt', 'grüße', 'text'],
    ['a.txt', Buffer.from('gr\xfc\xdfe aus der alten Zeit', 'latin1'), 'text'],
    ['a.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('utf-16', 'utf16le')]), 'text'],
    ['a', '<!doctype html><title>x</title>', 'document'],
    ['a.svg', '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', 'image'],
    ['a', '#!/bin/sh\necho', 'code'],
    ['a.ts', 'export const a = 1', 'code'],
    ['a.csv', 'a,b\n1,2', 'spreadsheet'],
    ['a', '{"a": 1}', 'data'],
    ['a.ics', 'BEGIN:VCALENDAR\n', 'message'],
    ['a.iso', unknown('x'), 'disk-image'],
    ['a.doc', '', 'empty'],
    ['a.bin', unknown('x'), 'unknown'],
    ['notes', 'MZ is what Windows programs begin with', 'text'],
  ])('of %s is told by what is in it', (name, content, kind) => {
    expect(typeOf(name, content)).toMatchObject({ kind, mismatch: null })
  })

  it.each([
    ['photo.txt', png('x'), 'image', 'although its name ends in .txt'],
    ['letter.jpg', pdf('x'), 'document', 'although its name ends in .jpg'],
    ['text.zip', odt(), 'document', 'although its name ends in .zip'],
    ['page.png', 'only text', 'text', 'although its name ends in .png'],
    ['broken.pdf', unknown('x'), 'unknown', 'named .pdf, but not a valid PDF document'],
  ])('of %s goes by its content, and says that the name is wrong', (name, content, kind, mismatch) => {
    expect(typeOf(name, content)).toMatchObject({ kind, mismatch })
  })

  it('is text although a character is cut in two at the end of what was read', () => {
    for (let length = HEAD_BYTES - 4; length <= HEAD_BYTES; length++)
      expect(typeOf('a.txt', Buffer.from('語'.repeat(400)).subarray(0, length)).kind).toBe('text')
  })

  it('of this program itself is what it is', () => {
    expect(typeOf('node', readFileSync(process.execPath).subarray(0, HEAD_BYTES)).kind).toBe('program')
    expect(typeOf('x', readFileSync(import.meta.filename)).kind).toBe('text')
  })
})
