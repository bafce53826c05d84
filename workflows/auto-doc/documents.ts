/** The record of documents: the newest of each file and style. */
import * as z from 'zod'
import { AppError } from '#lib/errors/index.ts'
import { newId } from '#lib/ids.ts'
import type { Store, Tables } from '#lib/store/index.ts'
import type { DocumentOutput, DocumentSummary, storedDocument } from './schemas.ts'
import { compareSource, readable, type Access } from './source-file.ts'

type Row = Tables['autodoc_documents']

const sectionList = z.array(z.string())

/** @returns id of the record; documenting a file again keeps it */
export async function keepDocument(store: Store, output: Omit<DocumentOutput, 'document_id'>): Promise<string> {
  const row: Row = {
    id: newId('doc', Date.parse(output.timestamp)),
    file_path: output.file_path,
    style: output.style,
    language: output.language,
    source_digest: output.source_digest,
    documentation: output.documentation,
    sections: JSON.stringify(output.sections),
    symbols: output.symbols,
    documented: output.coverage.documented,
    total: output.coverage.total,
    engine: output.engine,
    model: output.model,
    created_at: output.timestamp,
  }
  const { id: _new, file_path: _path, style: _style, ...changed } = row
  const kept = await store.db
    .insertInto('autodoc_documents')
    .values(row)
    .onConflict((conflict) => conflict.columns(['file_path', 'style']).doUpdateSet(changed))
    .returning('id')
    .executeTakeFirstOrThrow()
  return kept.id
}

async function summaryOf(row: Omit<Row, 'documentation' | 'sections'>): Promise<DocumentSummary> {
  const source = await compareSource(row.file_path, row.source_digest)
  return {
    document_id: row.id,
    file_path: row.file_path,
    style: row.style,
    language: row.language,
    symbols: row.symbols,
    coverage: { documented: row.documented, total: row.total },
    source_digest: row.source_digest,
    source,
    stale: source !== 'unchanged',
    engine: row.engine,
    model: row.model,
    created_at: row.created_at,
  }
}

const SUMMARY_COLUMNS = [
  'id',
  'file_path',
  'style',
  'language',
  'source_digest',
  'symbols',
  'documented',
  'total',
  'engine',
  'model',
  'created_at',
] as const

/**
 * Newest first; only documents of files this caller may read.
 * @param limit most to give
 */
export async function listDocuments(
  store: Store,
  access: Access,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ documents: DocumentSummary[]; total: number }> {
  const mayRead = await readable(access)
  const rows = await store.db
    .selectFrom('autodoc_documents')
    .select(SUMMARY_COLUMNS)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  const visible = rows.filter((row) => mayRead(row.file_path))
  const documents: DocumentSummary[] = []
  // One after the other: each reads its file whole.
  for (const row of visible.slice(offset, offset + limit)) documents.push(await summaryOf(row))
  return { documents, total: visible.length }
}

/** @throws AppError `not-found`, also for documents of files this caller may not read */
export async function getDocument(store: Store, access: Access, id: string): Promise<z.output<typeof storedDocument>> {
  const row = await store.db.selectFrom('autodoc_documents').selectAll().where('id', '=', id).executeTakeFirst()
  const mayRead = await readable(access)
  if (row === undefined || !mayRead(row.file_path))
    throw new AppError('not-found', `There is no document ${id}.`, { hint: 'GET /api/autodoc/documents lists them.' })
  return {
    ...(await summaryOf(row)),
    documentation: row.documentation,
    sections: sectionList.parse(JSON.parse(row.sections)),
  }
}
