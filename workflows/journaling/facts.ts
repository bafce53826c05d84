/** What an entry says, as data: made by the analysis, shown by the renderer, told to the model. No text of a log is in it raw. */
import * as z from 'zod'

export const exampleSchema = z.object({
  text: z.string().describe('The line, with control characters made visible, cut when very long'),
  source: z.string(),
  reference: z.string().describe('Where to find it again: a journal cursor, or path and byte'),
  at: z.string().nullable().describe('ISO 8601; null when the line does not say'),
})
export type Example = z.infer<typeof exampleSchema>

export const TAGS = ['new', 'rising', 'silent', 'severe', 'frequent'] as const
export type Tag = (typeof TAGS)[number]

const groupSchema = z.object({
  id: z.string().describe('Stays the same from entry to entry, e.g. T12'),
  source: z.string(),
  template: z.string().describe('The message with <*> for what varies'),
  count: z.number().int(),
  expected: z
    .number()
    .nullable()
    .describe('Lines that earlier entries would suggest for this span of time; null without history'),
  severity: z
    .number()
    .int()
    .min(0)
    .max(7)
    .describe('Gravest seen: 0 emergency … 3 error, 4 warning, 6 information, 7 debug'),
  talkers: z.array(z.string()),
  tags: z.array(z.enum(TAGS)),
  examples: z.array(exampleSchema),
})
export type Group = z.infer<typeof groupSchema>

const sourceReportSchema = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['read', 'partly', 'unavailable']),
  reason: z.string().nullable().describe('Why it was not, or only partly, read'),
  lines: z.number().int(),
  groups: z.number().int(),
})
export type SourceReport = z.infer<typeof sourceReportSchema>

const share = z.object({ used_bytes: z.number(), total_bytes: z.number() })

/** null stands for what this machine does not tell. */
const metricsSchema = z.object({
  load: z.array(z.number()).length(3).nullable().describe('Mean number of running processes over 1, 5, 15 minutes'),
  memory: share.nullable(),
  disk: share.extend({ path: z.string() }).nullable(),
  uptime_seconds: z.number().nullable(),
})
export type Metrics = z.infer<typeof metricsSchema>

export const factsSchema = z.object({
  date: z.string(),
  from: z.string(),
  to: z.string(),
  lines: z.number().int(),
  sources: z.array(sourceReportSchema),
  severities: z.array(z.object({ severity: z.number().int(), lines: z.number().int() })),
  talkers: z.array(z.object({ source: z.string(), talker: z.string(), lines: z.number().int() })),
  groups: z.array(groupSchema),
  group_totals: z
    .record(z.enum(TAGS), z.number().int())
    .describe('How many groups there are of each kind, also where the entry shows fewer'),
  metrics: metricsSchema.nullable(),
})
export type Facts = z.infer<typeof factsSchema>

const SEVERITY_NAMES = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'information', 'debug'] as const

export const severityName = (severity: number) => SEVERITY_NAMES[severity] ?? 'information'
