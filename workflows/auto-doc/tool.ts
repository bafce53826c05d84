/** Auto-doc as a model sees it. */
import type { Settings } from '#lib/config/index.ts'
import type { LinkTo, ToolFace } from '#lib/operations/types.ts'
import { shorten, shortenPath } from '#lib/tools/small.ts'
import type * as z from 'zod'
import type { DocumentOutput, DocumentSummary, storedDocument } from './schemas.ts'

const MAX_TEXT = 2200
const MAX_NAMES = 15
const MAX_FOLDERS = 8

const pageOf = (id: string, link: LinkTo) => link(`/autodoc?doc=${encodeURIComponent(id)}`)

const documentedText = ({ documented, total }: { documented: number; total: number }) =>
  `${documented} of ${total} exported symbols`

function foldersNote(settings: Settings): string {
  const { allowedDirs } = settings['local-workflows'].autoDoc
  if (allowedDirs.length === 0)
    return 'No folder is allowed yet: the person can allow one under Settings, in local-workflows.autoDoc.allowedDirs.'
  const more = allowedDirs.length > MAX_FOLDERS ? ` and ${allowedDirs.length - MAX_FOLDERS} more` : ''
  return `Allowed are files in ${allowedDirs.slice(0, MAX_FOLDERS).join(', ')}${more}.`
}

export const documentTool: ToolFace<DocumentOutput> = {
  description:
    'Writes documentation of one TypeScript, JavaScript, Python or Nix file from its syntax tree: exported API, signatures, options, and what is undocumented. Use it when someone wants a source file documented. Not for folders, prose, or to change code.',
  note: foldersNote,
  hidden: ['include_examples', 'use_model'],
  answer: (output, link) => ({
    document_id: output.document_id,
    file_path: shortenPath(output.file_path, 200),
    language: output.language,
    symbols: output.symbols,
    documented: documentedText(output.coverage),
    undocumented: output.undocumented.slice(0, MAX_NAMES).map((name) => shorten(name, 60)),
    problems: output.checks.filter(({ ok }) => !ok).map(({ message }) => shorten(message, 160)),
    beginning: shorten(output.documentation, MAX_TEXT),
    link: pageOf(output.document_id, link),
  }),
}

export const listTool: ToolFace<{ documents: readonly DocumentSummary[]; total: number }> = {
  description:
    'Lists the documents written so far, newest first, 10 at a time, and whether their files changed since. Use it to find a document_id.',
  fixed: { limit: 10 },
  answer: ({ documents, total }, link) => ({
    documents: documents.map(({ document_id, file_path, coverage, source, created_at }) => ({
      document_id,
      file_path: shortenPath(file_path, 100),
      documented: documentedText(coverage),
      file_is: source,
      written: created_at,
    })),
    total,
    link: link('/autodoc'),
  }),
}

export const showTool: ToolFace<z.output<typeof storedDocument>> = {
  description:
    'Reads the beginning of a document that document_source_file wrote, and says whether its file changed since. Use it with a document_id of list_autodoc_documents; to document a file anew, use document_source_file.',
  answer: (stored, link) => ({
    document_id: stored.document_id,
    file_path: shortenPath(stored.file_path, 200),
    language: stored.language,
    documented: documentedText(stored.coverage),
    file_is: stored.source,
    sections: stored.sections.slice(0, MAX_NAMES).map((title) => shorten(title, 60)),
    beginning: shorten(stored.documentation, MAX_TEXT),
    link: pageOf(stored.document_id, link),
  }),
}
