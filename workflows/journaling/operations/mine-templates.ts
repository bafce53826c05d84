import * as z from 'zod'
import { AppError, isSystemError, messageOf, toAppError } from '#lib/errors/index.ts'
import { mineFile } from '#lib/log-templates/index.ts'
import { defineOperation } from '#lib/operations/types.ts'
import { allowedFile } from '../allowed-files.ts'
import { visible } from '../visible.ts'

const MAX_TEMPLATE_TEXT = 4000

const output = z.object({
  file_path: z.string(),
  lines: z.number().int(),
  templates: z.array(z.object({ number: z.number().int(), count: z.number().int(), template: z.string() })),
  line_templates: z
    .array(z.number().int())
    .optional()
    .describe('Number of the template of each input line, in order; with `lines`'),
})

export const mineLogTemplates = defineOperation({
  id: 'mine_log_templates',
  title: 'Group a log file',
  description:
    'Groups the lines of one log file (plain or gzip) by what they say, whatever values they carry, and counts them. For reading ' +
    'an unknown log; it writes no journal entry.',
  http: { method: 'POST', path: '/api/journal/templates' },
  cli: { command: ['journal', 'templates'], positional: ['file_path'], render },
  scope: 'run',
  recorded: false,
  mutates: false,
  input: z.object({
    file_path: z.string().min(1).max(4096).describe('The log file'),
    lines: z.boolean().default(false).describe('Give the template number of each line'),
  }),
  output,
  errors: ['path-not-allowed', 'path-not-found', 'path-not-readable', 'not-a-file'],
  examples: [{ title: 'What a log says', input: { file_path: '/var/log/syslog' } }],
  async run({ file_path: path, lines: perLine }, context) {
    const file = await allowedFile(path, context)
    const mined = await mineFile(file, {
      perLine,
      signal: context.signal,
      onProgress: (done) => context.emit({ type: 'progress', done, total: null, unit: 'lines' }),
    }).catch((error: unknown) => {
      throw explain(error, path)
    })
    return {
      file_path: file,
      lines: mined.lines,
      templates: mined.templates.map(({ number, count, text }) => ({
        number,
        count,
        template: visible(text, MAX_TEMPLATE_TEXT),
      })),
      ...(mined.lineTemplates === null ? {} : { line_templates: [...mined.lineTemplates] }),
    }
  },
})

function render({ templates, line_templates: numbers }: z.output<typeof output>): string {
  if (numbers !== undefined) return numbers.length === 0 ? '' : `${numbers.join('\n')}\n`
  if (templates.length === 0) return 'The file has no lines.'
  const width = Math.max(0, ...templates.map(({ count }) => String(count).length))
  return [...templates]
    .sort((a, b) => b.count - a.count || a.number - b.number)
    .map(
      ({ number, count, template }) => `${String(count).padStart(width)}  ${String(number).padStart(5)}  ${template}\n`,
    )
    .join('')
}

function explain(error: unknown, path: string): AppError {
  if (isSystemError(error, 'EACCES'))
    return new AppError('path-not-readable', `${path} may not be read.`, {
      cause: error,
      hint: 'Check its permissions.',
    })
  if (isSystemError(error) && error.code?.startsWith('Z_') === true)
    return new AppError('path-not-readable', `${path} is not a whole gzip file: ${messageOf(error)}.`, { cause: error })
  return toAppError(error)
}
