import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { isSystemError } from '#lib/errors/index.ts'
import { defineOperation } from '#lib/operations/types.ts'
import { entryWithFacts, listEntries, type EntryRow } from '../entries.ts'
import { factsSchema } from '../facts.ts'
import { listTool, showTool } from '../tool.ts'

const entry = z.object({
  date: z.string(),
  output_path: z.string(),
  from: z.string(),
  to: z.string(),
  lines: z.number().int(),
  written: z.string(),
})

const summaryOf = ({ date, path, from, to, lines, updatedAt }: EntryRow) => ({
  date,
  output_path: path,
  from: from.toISOString(),
  to: to.toISOString(),
  lines,
  written: updatedAt,
})

export const listJournalEntries = defineOperation({
  id: 'list_journal_entries',
  title: 'List journal entries',
  description: 'The journal entries there are, newest first.',
  http: { method: 'GET', path: '/api/journal/entries' },
  cli: {
    command: ['journal', 'list'],
    render: ({ entries }) =>
      entries.length === 0
        ? 'No entries yet. Write one with: hwc-ai journal run\n'
        : entries
            .map(({ date, lines, output_path: path }) => `${date}  ${String(lines).padStart(9)} lines  ${path}\n`)
            .join(''),
  },
  scope: 'read',
  recorded: false,
  mutates: false,
  input: z.object({ limit: z.int().min(1).max(1000).default(100).describe('Most entries to list') }),
  output: z.object({ entries: z.array(entry.extend({ group_totals: factsSchema.shape.group_totals })) }),
  examples: [{ title: 'The newest entries', input: {} }],
  tool: listTool,
  run: async ({ limit }, { store }) => ({
    entries: (await listEntries(store, limit)).map((row) => ({ ...summaryOf(row), group_totals: row.groupTotals })),
  }),
})

export const showJournalEntry = defineOperation({
  id: 'show_journal_entry',
  title: 'Show a journal entry',
  description: 'One journal entry: its Markdown, and the facts it was made from with their example lines.',
  http: { method: 'GET', path: '/api/journal/entries/:date' },
  cli: {
    command: ['journal', 'show'],
    positional: ['date'],
    render: ({ content, output_path: path }) => content ?? `The file ${path} is gone; --json shows its facts.\n`,
  },
  scope: 'read',
  recorded: false,
  mutates: false,
  input: z.object({
    date: z
      .string()
      .regex(/^(?:\d{4}-\d\d-\d\d|latest)$/, 'must be a date such as 2026-03-31, or latest')
      .default('latest')
      .describe('Local date such as 2026-03-31, or latest'),
  }),
  output: z.object({
    ...entry.shape,
    content: z.string().nullable().describe('Markdown; null when the file is gone'),
    facts: factsSchema,
  }),
  errors: ['not-found'],
  examples: [{ title: 'The newest entry', input: { date: 'latest' } }],
  tool: showTool,
  async run({ date }, { store }) {
    const found = await entryWithFacts(store, date)
    return { ...summaryOf(found), content: await contentOf(found.path), facts: found.facts }
  },
})

async function contentOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null
    throw error
  }
}
