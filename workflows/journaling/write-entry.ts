/** One run of the journal: read, count, compare, narrate, write. */
import { messageOf } from '#lib/errors/index.ts'
import type { OperationContext } from '#lib/operations/types.ts'
import { analyse } from './analyse.ts'
import { Collector, type Collected } from './collector.ts'
import { findEntry, previousEntry, pruneEntries, saveEntry, type Pruned } from './entries.ts'
import { writeEntryFile, type WrittenEntry } from './entry-file.ts'
import type { Facts, SourceReport } from './facts.ts'
import { knownTemplates, missingTemplates, pastCounts, recordCounts } from './history.ts'
import { readMetrics } from './metrics.ts'
import { narrate, type Narrative } from './narrative.ts'
import { renderEntry } from './render-entry.ts'
import type { LogSource, ReadResult } from './sources/index.ts'
import { entryWindow, localDate, type EntryWindow } from './window.ts'
import { whileWriting } from './writing-lock.ts'

export interface EntryRequest {
  sources: readonly LogSource[]
  timeRange: string
  sinceLastEntry: boolean
  includeMetrics: boolean
  useModel: boolean
}

export interface FinishedEntry {
  facts: Facts
  narrative: Narrative
  content: string
  written: WrittenEntry
  pruned: Pruned
}

/** Lines after which watchers hear how far it is. */
const PROGRESS_LINES = 5000

/**
 * Writes the entry of the current period. A source that cannot be read is stated in the entry and fails nothing; what fails
 * the run is a journal folder that cannot be written, a cancel, or another run that writes an entry now.
 */
export async function writeEntry(request: EntryRequest, context: OperationContext): Promise<FinishedEntry> {
  return whileWriting(context.store, context.now(), () => write(request, context))
}

async function write(request: EntryRequest, context: OperationContext): Promise<FinishedEntry> {
  const { store, settings } = context
  const { outputDir, retentionDays, model } = settings['local-workflows'].journaling
  const now = context.now()
  const date = localDate(now)
  const same = await findEntry(store, date)
  const window = entryWindow({ now, ...request }, same, await previousEntry(store, date))
  const { collected, reports, cursors } = await readSources(request.sources, window, context)
  context.emit({ type: 'step', message: 'Comparing with earlier entries' })
  const facts = await findFacts(
    window,
    collected,
    reports,
    request.includeMetrics ? await readMetrics(outputDir) : null,
    context,
  )
  const narrative = await tell(facts, request.useModel ? model : null, context)
  context.signal.throwIfAborted()
  const content = renderEntry(facts, narrative)
  context.emit({ type: 'step', message: `Writing ${date}.md` })
  const written = await writeEntryFile(outputDir, date, content, same?.sha256 ?? null)
  await saveEntry(store, { window, path: written.path, sha256: written.sha256, facts, endCursors: cursors, now })
  return { facts, narrative, content, written, pruned: await pruneEntries(context, retentionDays, now) }
}

async function readSources(sources: readonly LogSource[], window: EntryWindow, context: OperationContext) {
  const collected: Collected[] = []
  const reports: SourceReport[] = []
  const cursors: Record<string, string> = { ...window.cursors }
  for (const source of sources) {
    context.signal.throwIfAborted()
    context.emit({ type: 'step', message: `Reading ${source.title}` })
    const collector = new Collector(source.id, await knownTemplates(context.store, source.id))
    const { state, reason, cursor } = await readSource(source, window, collector, context)
    const found = collector.finish()
    if (cursor !== null) cursors[source.id] = cursor
    collected.push(found)
    reports.push({ id: source.id, title: source.title, state, reason, lines: found.lines, groups: found.groups.length })
  }
  return { collected, reports, cursors }
}

/** Reads one source. What breaks it, such as a program that may not be run, is stated like any other reason and fails nothing. */
async function readSource(
  source: LogSource,
  window: EntryWindow,
  collector: Collector,
  context: OperationContext,
): Promise<ReadResult> {
  try {
    return await source.read(
      { from: window.from, to: window.to, cursor: window.cursors[source.id] ?? null },
      (record) => {
        collector.add(record)
        if (collector.lines % PROGRESS_LINES === 0)
          context.emit({ type: 'progress', done: collector.lines, total: null, unit: 'lines' })
      },
      context,
    )
  } catch (error) {
    context.signal.throwIfAborted()
    context.log.warn('a log source could not be read', { source: source.id, error })
    const state = collector.lines > 0 ? 'partly' : 'unavailable'
    return { state, reason: `Reading it failed: ${messageOf(error)}`, cursor: null }
  }
}

async function findFacts(
  window: EntryWindow,
  collected: readonly Collected[],
  sources: readonly SourceReport[],
  metrics: Facts['metrics'],
  { store }: OperationContext,
): Promise<Facts> {
  const groups = await recordCounts(store, window.date, collected)
  const past = await pastCounts(store, window.date)
  const missing = await missingTemplates(store, past, new Set(groups.map((group) => group.id)))
  const talkers = collected.flatMap(({ source, talkers: counts }) =>
    [...counts].map(([talker, lines]) => ({ source, talker, lines })),
  )
  const severities = Array.from({ length: 8 }, (_, severity) =>
    collected.reduce((sum, found) => sum + (found.severities[severity] ?? 0), 0),
  )
  const { date, from, to } = window
  return analyse({ date, from, to, sources, groups, past, missing, talkers, severities, metrics })
}

async function tell(facts: Facts, model: string | null, context: OperationContext): Promise<Narrative> {
  if (model === null) {
    context.engine({ engine: 'built-in' })
    return { sentences: [], model: null, reason: 'A summary was not asked for.' }
  }
  context.emit({ type: 'step', message: `Asking ${model} for a summary` })
  const narrative = await narrate(facts, context.models, model, context.signal)
  context.engine(
    narrative.model === null ? { engine: 'built-in' } : { engine: context.models.id, model: narrative.model },
  )
  return narrative
}
