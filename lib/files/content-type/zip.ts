/** Formats that are ZIP archives inside, told by the name of the first entry (APPNOTE.TXT 4.3.7) and what it holds. */
import type { Kind } from './kinds.ts'

interface ZipFormat {
  type: string
  kind: Kind
  label: string
  extensions: readonly string[]
}

const format = (type: string, kind: Kind, label: string, extensions: string): ZipFormat => ({
  type,
  kind,
  label,
  extensions: extensions.split(' '),
})

const ODF = 'application/vnd.oasis.opendocument.'
const OOXML = 'application/vnd.openxmlformats-officedocument.'

/** By the media type that OpenDocument and EPUB store, uncompressed, as their first entry. */
const BY_MIMETYPE: readonly (readonly [string, ZipFormat])[] = [
  ['application/epub+zip', format('application/epub+zip', 'ebook', 'EPUB book', 'epub')],
  [`${ODF}text`, format(`${ODF}text`, 'document', 'OpenDocument text', 'odt ott odm')],
  [`${ODF}spreadsheet`, format(`${ODF}spreadsheet`, 'spreadsheet', 'OpenDocument spreadsheet', 'ods ots')],
  [`${ODF}presentation`, format(`${ODF}presentation`, 'presentation', 'OpenDocument presentation', 'odp otp')],
  [`${ODF}graphics`, format(`${ODF}graphics`, 'image', 'OpenDocument drawing', 'odg otg')],
  ['image/openraster', format('image/openraster', 'image', 'OpenRaster image', 'ora')],
  ['application/x-krita', format('application/x-krita', 'image', 'Krita image', 'kra')],
]

const OOXML_FORMATS: Readonly<Record<string, ZipFormat>> = {
  docx: format(`${OOXML}wordprocessingml.document`, 'document', 'Word document', 'docx docm dotx'),
  xlsx: format(`${OOXML}spreadsheetml.sheet`, 'spreadsheet', 'Excel workbook', 'xlsx xlsm xltx'),
  pptx: format(`${OOXML}presentationml.presentation`, 'presentation', 'PowerPoint presentation', 'pptx pptm potx ppsx'),
}

/** ZIP archives whose first entry says nothing: their extension is believed. */
const BY_EXTENSION: Readonly<Record<string, ZipFormat>> = {
  ...OOXML_FORMATS,
  jar: format('application/java-archive', 'program', 'Java program', 'jar war ear'),
  apk: format('application/vnd.android.package-archive', 'program', 'Android app', 'apk xapk apks'),
  xpi: format('application/x-xpinstall', 'program', 'browser extension', 'xpi crx'),
  cbz: format('application/vnd.comicbook+zip', 'ebook', 'comic book', 'cbz'),
  '3mf': format('model/3mf', 'model', '3MF model', '3mf'),
  kmz: format('application/vnd.google-earth.kmz', 'data', 'map places', 'kmz'),
  whl: format('application/x-wheel+zip', 'program', 'Python package', 'whl'),
  vsix: format('application/vsix', 'program', 'editor extension', 'vsix'),
}

const ARCHIVE = format('application/zip', 'archive', 'ZIP archive', 'zip')

/**
 * @param head first bytes of the file, as latin1
 * @param extension in lower case, without the dot
 */
export function zipFormat(head: string, extension: string): ZipFormat {
  const nameLength = head.charCodeAt(26) | (head.charCodeAt(27) << 8)
  const first = head.slice(30, 30 + nameLength)
  if (first === 'mimetype') {
    const content = head.slice(38, 38 + 80)
    const known = BY_MIMETYPE.find(([type]) => content.startsWith(type))
    if (known !== undefined) return known[1]
  }
  if (first === '[Content_Types].xml' || first.startsWith('_rels/') || first.startsWith('docProps/')) {
    if (head.includes('word/')) return OOXML_FORMATS['docx'] ?? ARCHIVE
    if (head.includes('xl/')) return OOXML_FORMATS['xlsx'] ?? ARCHIVE
    if (head.includes('ppt/')) return OOXML_FORMATS['pptx'] ?? ARCHIVE
    const named = Object.values(OOXML_FORMATS).find((known) => known.extensions.includes(extension))
    return named ?? BY_EXTENSION[extension] ?? OOXML_FORMATS['docx'] ?? ARCHIVE
  }
  if (first.startsWith('META-INF/') && extension !== 'apk')
    return BY_EXTENSION[extension] ?? BY_EXTENSION['jar'] ?? ARCHIVE
  if (first === 'AndroidManifest.xml') return BY_EXTENSION['apk'] ?? ARCHIVE
  return BY_EXTENSION[extension] ?? ARCHIVE
}
