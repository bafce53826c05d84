import { describe, expect, it } from 'vitest'
import { partialDownloadOf, partialDownloads } from './partial-downloads.ts'

describe('a name', () => {
  it.each([
    ['film.mkv.part', 'Firefox or KDE'],
    ['SETUP.EXE.CRDOWNLOAD', 'Chromium'],
    ['disk.iso.!qB', 'qBittorrent'],
    ['disk.iso.bc!', 'BitComet'],
    ['title.f137.mp4.part-Frag12', 'yt-dlp'],
    ['~$letter.docx', 'Microsoft Office'],
    ['notes.txt~', 'an editor'],
    ['notes~', 'an editor'],
  ])('%s is that of an unfinished file', (name, worker) => {
    expect(partialDownloadOf(name)).toBe(worker)
  })

  it.each([
    'part',
    '.part',
    'film.part.mkv',
    'film.part-frag',
    'part-frag1',
    '~',
    'a.toString',
    'lock',
    'x.locked',
    '',
  ])('%s is not', (name) => {
    expect(partialDownloadOf(name)).toBeNull()
  })
})

describe('a folder', () => {
  it('holds what belongs to an unfinished file beside it', () => {
    const names = ['setup.exe', 'setup.exe.part', 'disk.iso.aria2', 'a.txt', 'a.txt~', '.~lock.letter.odt#', '.~lock.#']
    const { workers, companions } = partialDownloads(new Set(names))
    expect([...companions].sort()).toEqual(['letter.odt', 'setup.exe'])
    expect([...workers.keys()].sort()).toEqual(['a.txt~', 'disk.iso.aria2', 'setup.exe.part'])
  })
})
