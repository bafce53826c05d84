import * as z from 'zod'
import { defineOperation } from '#lib/operations/types.ts'
import { chooseSources } from '../choose-sources.ts'
import { factsSchema } from '../facts.ts'
import { narrativeSchema } from '../narrative.ts'
import { writeTool } from '../tool.ts'
import { writeEntry } from '../write-entry.ts'

const output = z.object({
  content: z.string().describe('The entry, Markdown'),
  output_path: z.string(),
  timestamp: z.string().describe('When it was written, ISO 8601'),
  date: z.string().describe('The period: local date of its end'),
  ...factsSchema.omit({ date: true }).shape,
  narrative: narrativeSchema,
  removed_entries: z.array(z.string()).describe('Files removed because they were older than the retention'),
  kept_files: z.array(z.string()).describe('Files that somebody had edited and that therefore stay'),
})

export const writeJournal = defineOperation({
  id: 'write_journal',
  title: 'Write the journal',
  description:
    'Reads the logs of this machine, groups and counts their messages, compares with earlier entries and writes one Markdown ' +
    "entry for today. Run again on the same day, it rewrites that day's entry. Sources that cannot be read are named in the entry.",
  http: { method: 'POST', path: '/api/workflows/journal' },
  cli: {
    command: ['journal', 'run'],
    positional: ['sources'],
    render: ({ content, output_path: path }) => `${content}\n${path}\n`,
  },
  scope: 'run',
  recorded: true,
  mutates: true,
  input: z.object({
    sources: z
      .array(z.string().min(1).max(4096))
      .max(50)
      .optional()
      .describe(
        'Without any, those of the settings are read. There are systemd-journal, container-logs, nixos-rebuilds and backup-reports; others are full paths of log files.',
      )
      .meta({ title: 'Logs' }),
    time_range: z
      .string()
      .max(40)
      .default('24h')
      .describe('How far back to read, such as 24h, 7d or 90min.')
      .meta({ title: 'Span of time' }),
    include_metrics: z
      .boolean()
      .default(true)
      .describe('Add load, memory, disk and uptime.')
      .meta({ title: 'State of the machine' }),
    since_last_entry: z
      .boolean()
      .default(false)
      .describe('Begin where the last entry ended, if that is not longer ago.')
      .meta({ title: 'Only what is newer than the last entry' }),
    use_model: z
      .boolean()
      .default(true)
      .describe('Have a model write a short summary, where one answers.')
      .meta({ title: 'Summary by a model' }),
  }),
  output,
  errors: ['path-not-allowed', 'path-not-readable', 'disk-full', 'conflict'],
  examples: [
    { title: 'The last day, from the configured sources', input: {} },
    {
      title: 'The systemd journal of the last week',
      input: { sources: ['systemd-journal'], time_range: '7d', include_metrics: false },
    },
  ],
  tool: writeTool,
  async run(input, context) {
    const { facts, narrative, content, written, pruned } = await writeEntry(
      {
        sources: await chooseSources(input.sources, context),
        timeRange: input.time_range,
        sinceLastEntry: input.since_last_entry,
        includeMetrics: input.include_metrics,
        useModel: input.use_model,
      },
      context,
    )
    return {
      content,
      output_path: written.path,
      timestamp: facts.to,
      ...facts,
      narrative,
      removed_entries: pruned.removed,
      kept_files: [...(written.keptPath === null ? [] : [written.keptPath]), ...pruned.left],
    }
  },
})
