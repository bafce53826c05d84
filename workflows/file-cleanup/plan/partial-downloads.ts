/** Files that a program is still working on, told by the names that download managers and editors use. */
/** By extension, in lower case. */
const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ['part', 'Firefox or KDE'],
  ['crdownload', 'Chromium'],
  ['download', 'Safari or Epiphany'],
  ['opdownload', 'Opera'],
  ['partial', 'a browser'],
  ['aria2', 'aria2'],
  ['!qb', 'qBittorrent'],
  ['!ut', 'uTorrent'],
  ['bc!', 'BitComet'],
  ['fdmdownload', 'Free Download Manager'],
  ['filepart', 'WinSCP'],
  ['unconfirmed', 'Chromium'],
  ['ytdl', 'yt-dlp'],
  ['tmp', 'some program'],
  ['temp', 'some program'],
  ['lock', 'some program'],
  ['lck', 'some program'],
  ['swp', 'Vim'],
  ['swx', 'Vim'],
])

/** yt-dlp writes each stream to `title.f137.mp4.part` and fragments to `.part-Frag12`. */
const FRAGMENT = /^part-frag\d+$/

/** Who is at work on a file of this name, or null. */
export function partialDownloadOf(name: string): string | null {
  const dot = name.lastIndexOf('.')
  const extension = name.slice(dot + 1).toLowerCase()
  if (dot >= 0 && FRAGMENT.test(extension)) return 'yt-dlp'
  if (name.startsWith('~$')) return 'Microsoft Office'
  const worker = dot > 0 ? EXTENSIONS.get(extension) : undefined
  return worker ?? (name.length > 1 && name.endsWith('~') ? 'an editor' : null)
}

/** What is unfinished in one folder. */
export interface PartialDownloads {
  /** Who is at work on each file that has the name of an unfinished one. */
  workers: ReadonlyMap<string, string>
  /**
   * Names that belong to one beside them: Firefox keeps the final name as an empty file, aria2 keeps the data under it,
   * LibreOffice locks `x.odt` by `.~lock.x.odt#`.
   */
  companions: ReadonlySet<string>
}

const LOCK_START = '.~lock.'

/** @param names all in the folder */
export function partialDownloads(names: ReadonlySet<string>): PartialDownloads {
  const workers = new Map<string, string>()
  const companions = new Set<string>()
  for (const name of names) {
    if (name.startsWith(LOCK_START) && name.endsWith('#') && name.length > LOCK_START.length + 1)
      companions.add(name.slice(LOCK_START.length, -1))
    const worker = partialDownloadOf(name)
    if (worker === null) continue
    workers.set(name, worker)
    const base = name.endsWith('~') ? '' : name.slice(0, name.lastIndexOf('.'))
    if (base !== '' && names.has(base)) companions.add(base)
  }
  return { workers, companions }
}
