import type * as z from 'zod'
import type { DocumentOutput, DocumentSummary, storedDocument } from '#workflows/auto-doc/schemas.ts'

export type { DocumentOutput, DocumentSummary }
export type StoredDocument = z.output<typeof storedDocument>
/** A document as it is shown: one just written also brings its checks. */
export type ShownDocument = StoredDocument & Partial<Pick<DocumentOutput, 'checks' | 'undocumented' | 'model_note'>>
