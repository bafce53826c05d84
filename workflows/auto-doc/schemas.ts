/** The shapes that auto-doc's operations take and give. */
import * as z from 'zod'

export const STYLES = ['technical', 'user-friendly'] as const
export type Style = (typeof STYLES)[number]

export const documentInput = z.object({
  file_path: z
    .string()
    .min(1)
    .max(4096)
    .describe('Full path of the source file, or one that begins with ~/.')
    .meta({ title: 'File' }),
  style: z
    .enum(STYLES)
    .default('technical')
    .describe('Technical says everything, for those who change the code; user-friendly what callers need.')
    .meta({ title: 'Style' }),
  include_examples: z
    .boolean()
    .default(true)
    .describe('Show the examples that the comments give.')
    .meta({ title: 'Examples' }),
  use_model: z
    .boolean()
    .default(true)
    .describe('Have a model explain the code, where one answers. The facts never come from it.')
    .meta({ title: 'Explain with a model' }),
})
export type DocumentInput = z.output<typeof documentInput>

export const coverage = z.object({
  documented: z.int().describe('Exported symbols, and members of theirs, that have a doc comment'),
  total: z.int().describe('All of them'),
})

export const check = z.object({
  id: z.enum(['syntax', 'coverage', 'parameters', 'examples', 'model']),
  ok: z.boolean(),
  message: z.string().describe('What was found, for a person'),
})
export type Check = z.output<typeof check>

export const documentOutput = z.object({
  documentation: z.string().describe('The document, Markdown without raw HTML'),
  file_path: z.string().describe('The file, symlinks resolved'),
  sections: z.array(z.string()).describe('Titles of the sections, in order'),
  document_id: z.string(),
  style: z.enum(STYLES),
  language: z.string(),
  symbols: z.int().describe('Number of symbols found, members included'),
  coverage,
  undocumented: z.array(z.string()).describe('Exported symbols without a doc comment'),
  checks: z.array(check),
  source_digest: z.string().describe('SHA-256 of the source'),
  engine: z.string().describe('built-in, or the provider whose model explained the code'),
  model: z.string().nullable(),
  model_note: z.string().nullable().describe('Why no model explained the code; null when one did'),
  timestamp: z.iso.datetime(),
})
export type DocumentOutput = z.output<typeof documentOutput>

export const documentSummary = z.object({
  document_id: z.string(),
  file_path: z.string(),
  style: z.enum(STYLES),
  language: z.string(),
  symbols: z.int(),
  coverage,
  source_digest: z.string(),
  source: z
    .enum(['unchanged', 'changed', 'missing', 'unreadable'])
    .describe('The file now, beside what was documented'),
  stale: z.boolean().describe('Whether the file is not as it was documented'),
  engine: z.string(),
  model: z.string().nullable(),
  created_at: z.iso.datetime(),
})
export type DocumentSummary = z.output<typeof documentSummary>

export const storedDocument = documentSummary.extend({ documentation: z.string(), sections: z.array(z.string()) })
