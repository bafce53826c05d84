/** Files that a program is still working on, told by the names that download managers and editors use. */
import { rawPath, type RawPath } from '#lib/files/raw-path.ts'

const SUFFIXES: readonly (readonly [string, string])[] = [
  ['.part', 'Firefox or KDE'],
  ['.crdownload', 'Chromium'],
  ['.download', 'Safari or Epiphany'],
  ['.opdownload', 'Opera'],
  ['.partial', 'a browser'],
  ['.aria2', 'aria2'],
  ['.!qb', 'qBittorrent'],
  ['.!ut', 'uTorrent'],
  ['.bc!', 'BitComet'],
  ['.fdmdownload', 'Free Download Manager'],
  ['.filepart', 'WinSCP'],
  ['.unconfirmed', 'Chromium'],
  ['.ytdl', 'yt-dlp'],
  ['.tmp', 'some program'],
  ['.temp', 'some program'],
  ['.lock', 'some program'],
  ['.lck', 'some program'],
  ['.swp', 'Vim'],
  ['.swx', 'Vim'],
  ['~', 'an editor'],
]

/** yt-dlp writes each stream to `title.f137.mp4.part` and fragments to `.part-Frag12`. */
const FRAGMENT = /\.part-frag\d+$/i

/** Who is at work on a file of this name, or null. */
export function partialDownloadOf(name: RawPath): string | null {
  const lower = name.toLowerCase()
  if (FRAGMENT.test(lower)) return 'yt-dlp'
  if (lower.startsWith('~$')) return 'Microsoft Office'
  return SUFFIXES.find(([suffix]) => lower.endsWith(suffix) && lower.length > suffix.length)?.[1] ?? null
}

/**
 * Names in one folder that belong to a partial download beside them: Firefox keeps the final name as an empty file, aria2
 * keeps the data under it, LibreOffice locks `x.odt` by `.~lock.x.odt#`.
 */
export function companions(names: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>()
  for (const name of names) {
    const lock = /^\.~lock\.(.+)#$/s.exec(name)?.[1]
    if (lock !== undefined) found.add(lock)
    if (partialDownloadOf(rawPath(name)) === null || name.endsWith('~')) continue
    const base = name.slice(0, name.lastIndexOf('.'))
    if (base !== '' && names.has(base)) found.add(base)
  }
  return found
}
