/** What a file can be, coarsely: what rules speak of. */
export const KINDS = [
  'image',
  'video',
  'audio',
  'document',
  'spreadsheet',
  'presentation',
  'ebook',
  'text',
  'code',
  'data',
  'archive',
  'program',
  'disk-image',
  'font',
  'message',
  'model',
  'empty',
  'unknown',
] as const

export type Kind = (typeof KINDS)[number]

export interface ContentType {
  /** Media type, such as `application/pdf`. */
  type: string
  kind: Kind
  /** A few words for a person, such as `PDF document`. */
  label: string
  /** Set when the name claims something else than the content is: a clause such as `although its name says TXT`. */
  mismatch: string | null
}
