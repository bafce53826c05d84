// A downloads folder as people have them, with real beginnings of files so that contents decide.
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const pdf = '%PDF-1.7\n'
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0])
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
const gzip = Buffer.from([0x1f, 0x8b, 0x08, 0])

const files = [
  ['electricity-2024-11.pdf', pdf, '2024-11-28'],
  ['electricity-2024-11 (1).pdf', pdf, '2024-12-02'],
  ['rental agreement.pdf', pdf, '2022-05-17'],
  ['IMG_20230812_184501.jpg', jpeg, '2023-08-12'],
  ['IMG_20230812_184733.jpg', jpeg, '2023-08-12'],
  ['Screenshot from 2025-02-03 10-22-41.png', png, '2025-02-03'],
  ['floor plan', png, '2024-03-09'],
  ['podcast-042.mp3', 'ID3\u0003\u0000\u0000', '2024-06-30'],
  ['nas-backup.tar.gz', gzip, '2023-01-15'],
  ['shopping list.txt', 'Milk, bread, apples\n', '2025-01-04'],
  ['debian-12.iso.part', 'x', '2025-02-11'],
]

/** Fills a folder; no two files have the same size, but the two that are copies. */
export function fillDownloads(folder) {
  mkdirSync(folder, { recursive: true })
  files.forEach(([name, head, day], index) => {
    const copies = name.startsWith('electricity')
    const path = join(folder, name)
    writeFileSync(
      path,
      Buffer.concat([Buffer.from(head), Buffer.alloc(copies ? 90_000 : 20_000 + index * 7_777, 0x20)]),
    )
    utimesSync(path, new Date(day), new Date(day))
  })
}
