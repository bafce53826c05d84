/** The Markdown of an entry, from its facts alone. Log text only ever stands in code spans, where it is inert. */
import { plural } from '#lib/text/plural.ts'
import {
  severityName,
  type Example,
  type Facts,
  type Group,
  type Metrics,
  type SourceReport,
  type Tag,
} from './facts.ts'
import type { Narrative } from './narrative.ts'
import { code, prose } from './visible.ts'
import { localDate } from './window.ts'

const SECTIONS: readonly (readonly [Tag, string, string])[] = [
  ['new', 'New', 'Messages never seen before.'],
  ['rising', 'Rising', 'Much more often than in earlier entries.'],
  ['silent', 'Fallen silent', 'Came steadily in earlier entries and not at all this time.'],
  ['severe', 'Errors', 'Error and graver.'],
  ['frequent', 'Most frequent', 'What most lines say.'],
]

const number = (value: number) => value.toLocaleString('en-US')
const two = (value: number) => String(value).padStart(2, '0')

/** `2026-03-10 02:00:00 +01:00`: what a clock on the wall of this machine showed. */
function localTime(iso: string): string {
  const at = new Date(iso)
  const offset = -at.getTimezoneOffset()
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
  return `${localDate(at)} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())} ${zone}`
}

export function renderEntry(facts: Facts, narrative: Narrative): string {
  const blocks = [
    `# Journal of ${facts.date}`,
    `From ${localTime(facts.from)} to ${localTime(facts.to)}.`,
    ...narrativeBlocks(narrative),
    summary(facts),
    '## Sources',
    facts.sources.map(sourceLine).join('\n'),
    ...SECTIONS.flatMap(([tag, title, about]) => section(facts, tag, title, about)),
    ...talkers(facts),
    ...(facts.metrics === null ? [] : ['## This machine', metricLines(facts.metrics)]),
  ]
  return `${blocks.join('\n\n')}\n`
}

function narrativeBlocks({ sentences, model, reason }: Narrative): string[] {
  if (sentences.length === 0) return [`*No summary by a model: ${prose(reason ?? 'none was written.')}*`]
  const text = sentences.map((sentence) => `${prose(sentence.text)} (${sentence.groups.join(', ')})`).join(' ')
  return [`> ${text}`, `*Summary by ${prose(model ?? 'a model')}; the facts below are counted.*`]
}

function summary(facts: Facts): string {
  const severities = facts.severities
    .map(({ severity, lines }) => `${severityName(severity)} ${number(lines)}`)
    .join(', ')
  const kinds = facts.group_totals
  return [
    `- ${plural(facts.lines, 'line')} from ${plural(facts.sources.filter((source) => source.state !== 'unavailable').length, 'source')}.`,
    `- ${number(kinds.new)} new, ${number(kinds.rising)} rising, ${number(kinds.silent)} fallen silent, ${plural(kinds.severe, 'kind')} of errors.`,
    ...(severities === '' ? [] : [`- By severity: ${severities}.`]),
  ].join('\n')
}

function sourceLine({ id, title, state, reason, lines, groups }: SourceReport): string {
  const name = id.startsWith('/') ? code(title) : `**${prose(title)}**`
  const read = `${plural(lines, 'line')} in ${plural(groups, 'group')}`
  const why = reason === null ? '' : ` ${prose(reason)}`
  if (state === 'unavailable') return `- ${name}: unavailable.${why}`
  return `- ${name}: ${state === 'read' ? read : `partly read, ${read}`}.${why}`
}

/** A group is shown whole in the first section it belongs to and named in the others. */
function section(facts: Facts, tag: Tag, title: string, about: string): string[] {
  const groups = facts.groups.filter((group) => group.tags.includes(tag))
  if (groups.length === 0) return []
  const whole = groups.filter((group) => firstTag(group) === tag)
  const named = groups.filter((group) => firstTag(group) !== tag)
  const more = facts.group_totals[tag] - groups.length
  const notes = [
    ...(named.length > 0
      ? [`Also ${named.map((group) => `${group.id} (${number(group.count)})`).join(', ')}, shown above.`]
      : []),
    ...(more > 0 ? [`${plural(more, 'more group')} not shown.`] : []),
  ]
  return [`## ${title}`, about, ...(whole.length > 0 ? [whole.map(groupLines).join('\n')] : []), ...notes]
}

const firstTag = (group: Group) => SECTIONS.find(([tag]) => group.tags.includes(tag))?.[0]

function groupLines(group: Group): string {
  const usual = group.expected === null ? '' : `, usually ${number(group.expected)}`
  const talkers = group.talkers.length === 0 ? '' : `, ${group.talkers.map(code).join(' ')}`
  const examples = group.examples.map((example) => {
    const at = example.at === null ? '' : `${localTime(example.at)}, `
    return `  - ${code(example.text)}\n    (${at}${where(example)})`
  })
  return [
    `- **${group.id}** ${plural(group.count, 'line')}${usual}, ${severityName(group.severity)}${talkers}: ${code(group.template)}`,
    ...examples,
  ].join('\n')
}

/** The reference of a line in a file names the file already. */
function where({ source, reference }: Example): string {
  return reference.startsWith(source) ? code(reference) : `${code(source)}, ${code(reference)}`
}

function talkers(facts: Facts): string[] {
  if (facts.talkers.length === 0) return []
  return [
    '## Top talkers',
    facts.talkers
      .map(({ source, talker, lines }) => `- ${code(talker)} (${code(source)}): ${plural(lines, 'line')}`)
      .join('\n'),
  ]
}

function metricLines(metrics: Metrics): string {
  const absent = 'not available'
  const disk =
    metrics.disk === null ? absent : `${usage(metrics.disk)} on the file system of ${code(metrics.disk.path)}`
  return [
    `- Load over 1, 5 and 15 minutes: ${metrics.load === null ? absent : metrics.load.join(', ')}`,
    `- Memory: ${metrics.memory === null ? absent : usage(metrics.memory)}`,
    `- Disk: ${disk}`,
    `- Up for: ${metrics.uptime_seconds === null ? absent : duration(metrics.uptime_seconds)}`,
  ].join('\n')
}

function usage({ used_bytes: used, total_bytes: total }: { used_bytes: number; total_bytes: number }): string {
  const gibibytes = (bytes: number) => (bytes / 1024 ** 3).toFixed(1)
  return `${gibibytes(used)} of ${gibibytes(total)} GiB used`
}

function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor((seconds % 86_400) / 3600)
  return days > 0
    ? `${plural(days, 'day')} ${plural(hours, 'hour')}`
    : `${plural(hours, 'hour')} ${plural(Math.floor((seconds % 3600) / 60), 'minute')}`
}
