/** What a file is, by its content first and its name second. */
import { splitExtension } from '../names.ts'
import type { RawPath } from '../raw-path.ts'
import { CLAIMS, SIGNED, type Claim } from './extensions.ts'
import type { ContentType, Kind } from './kinds.ts'
import { BY_FIRST_BYTE, type Signature } from './signatures.ts'
import { isText, textByBeginning } from './text.ts'
import { zipFormat } from './zip.ts'

export { KINDS, type ContentType, type Kind } from './kinds.ts'

/** How many of the first bytes {@link contentType} wants: the mark of a tar archive ends at 262, a second packet at 377. */
export const HEAD_BYTES = 1024

const EMPTY: ContentType = { type: 'inode/x-empty', kind: 'empty', label: 'empty file', mismatch: null }

/** Extension in lower case without its dot, `''` when there is none; of `.tar.gz` the last part. */
export function extensionOf(name: RawPath): string {
  const { extension } = splitExtension(name)
  return extension.slice(extension.lastIndexOf('.') + 1).toLowerCase()
}

const fits = (signature: Signature, head: string) =>
  signature.at.every(([offset, bytes]) => head.startsWith(bytes, offset))

function bySignature(head: string): Signature | null {
  const own = BY_FIRST_BYTE.get(head.charCodeAt(0))?.find((signature) => fits(signature, head))
  return own ?? BY_FIRST_BYTE.get(-1)?.find((signature) => fits(signature, head)) ?? null
}

/** A format with a mark of its own: right whatever the name says, which is told when it says otherwise. */
function marked(
  found: { type: string; kind: Kind; label: string; extensions: readonly string[] },
  extension: string,
): ContentType {
  const { type, kind, label, extensions } = found
  const claimed = CLAIMS.get(extension)?.label ?? SIGNED.get(extension)
  const wrong = claimed !== undefined && !extensions.includes(extension)
  return { type, kind, label, mismatch: wrong ? `although its name ends in .${extension}` : null }
}

/** Office 97 files look alike at their start: here the name tells them apart. */
const OLE_KINDS: Readonly<Record<string, { kind: Kind; label: string }>> = {
  xls: { kind: 'spreadsheet', label: 'Excel workbook' },
  ppt: { kind: 'presentation', label: 'PowerPoint presentation' },
  msg: { kind: 'message', label: 'Outlook message' },
  msi: { kind: 'program', label: 'Windows installer' },
  db: { kind: 'data', label: 'database' },
}

function refined(signature: Signature, extension: string): Signature {
  if (signature.type === 'application/x-ole-storage') return { ...signature, ...OLE_KINDS[extension] }
  const isVideo = signature.type === 'audio/ogg' && extension === 'ogv'
  const isAudio =
    (signature.type === 'video/x-matroska' && extension === 'mka') ||
    (signature.type === 'video/x-ms-asf' && extension === 'wma')
  if (isVideo) return { ...signature, kind: 'video', label: 'Ogg video' }
  return isAudio ? { ...signature, kind: 'audio', label: 'audio' } : signature
}

function plainText(claim: Claim | undefined, extension: string, head: string): ContentType {
  if (claim !== undefined) return { type: claim.type, kind: claim.kind, label: claim.label, mismatch: null }
  const signed = SIGNED.has(extension)
  const found = textByBeginning(head) ?? { type: 'text/plain', kind: 'text' as const, label: 'text' }
  return {
    type: found.type,
    kind: found.kind,
    label: found.label,
    mismatch: signed ? `although its name ends in .${extension}` : null,
  }
}

/** A mark of three letters may well begin a text. */
const isChance = ({ at }: Signature) => at.length === 1 && (at[0]?.[1].length ?? 0) <= 3

const isMp3Frame = (bytes: Buffer) => bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2

/**
 * @param bytes the first {@link HEAD_BYTES} of the file, or all of it
 */
export function contentType(bytes: Buffer, name: RawPath): ContentType {
  if (bytes.length === 0) return EMPTY
  const extension = extensionOf(name)
  const head = bytes.toString('latin1')
  if (head.startsWith('PK\x03\x04')) return marked(zipFormat(head, extension), extension)
  const signature = bySignature(head)
  // Whether it is text is only asked where that decides: it takes a look at each byte.
  if (signature !== null && !isChance(signature)) return marked(refined(signature, extension), extension)
  const text = isText(bytes, head)
  if (signature !== null && !text) return marked(refined(signature, extension), extension)
  const claim = CLAIMS.get(extension)
  if (text) return plainText(claim, extension, head)
  if (claim?.content === 'bytes' || (claim === undefined && isMp3Frame(bytes)))
    return claim === undefined
      ? { type: 'audio/mpeg', kind: 'audio', label: 'MP3 audio', mismatch: null }
      : { type: claim.type, kind: claim.kind, label: claim.label, mismatch: null }
  const expected = claim?.label ?? SIGNED.get(extension)
  const mismatch = expected === undefined ? null : `named .${extension}, but not a valid ${expected}`
  return { type: 'application/octet-stream', kind: 'unknown', label: 'unknown data', mismatch }
}
