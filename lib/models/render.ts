/** What the command line says about models. */
import type * as z from 'zod'
import { sizeText } from '../health/disk.ts'
import type { actionSchema, planSchema, prunedSchema, statusSchema, testedSchema } from './schemas.ts'

type Status = z.output<typeof statusSchema>
type Plan = z.output<typeof planSchema>

const size = (bytes: number | null) => (bytes === null ? '' : sizeText(bytes))
const speed = (tokensPerSecond: number | null) =>
  tokensPerSecond === null ? '' : `${tokensPerSecond.toFixed(1)} tokens/s`
const percent = (value: number | null) => (value === null ? '–' : `${(100 * value).toFixed(0)} %`)

/** Left-aligned columns. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function modelNotes(model: Status['models'][number]): string[] {
  const unproven =
    model.state === 'unproven'
      ? 'has not proven itself yet: hwc-ai models test compares its files with their manifest and lets it answer'
      : null
  return [
    unproven,
    model.reason,
    model.slow,
    model.unmeasured,
    model.retry_at === null ? null : `tried again at ${model.retry_at}`,
  ]
    .filter((note) => note !== null)
    .map((note) => `  ${model.name}: ${note}`)
}

function diskLine(bytes: number | null, disk: NonNullable<Status['disk']>): string {
  const full =
    disk.used_percent >= disk.warn_percent ? `, more than the ${disk.warn_percent} % that it should be at most` : ''
  return `${size(bytes)} of models; ${size(disk.available_bytes)} left, ${disk.used_percent.toFixed(0)} % of the disk in use${full}`
}

export function renderStatus(status: Status): string {
  const { folder, disk } = status
  const rows = status.models.map((model) => [
    model.name,
    model.state,
    size(model.size_bytes),
    speed(model.last_test?.tokens_per_second ?? null),
    `24 h ${percent(model.availability.day)}, 7 d ${percent(model.availability.week)}, 30 d ${percent(model.availability.month)}`,
  ])
  return [
    ...(status.unreachable === null ? [] : [status.unreachable]),
    ...(folder.status === null || folder.status === 'ok'
      ? []
      : [`The model folder: ${folder.actual ?? ''}. ${folder.hint ?? ''}`]),
    ...(status.activity === null ? [] : [`Now: ${status.activity.doing}`]),
    ...(rows.length === 0 ? ['No model is wanted, and none is here.'] : table(rows)),
    ...status.models.flatMap(modelNotes),
    ...status.invalid.map(({ name, reason }) => `  ${name}: ${reason}`),
    ...(disk === null ? [] : [diskLine(status.size_bytes, disk)]),
  ].join('\n')
}

function actionNotes(action: z.output<typeof actionSchema>): string {
  if (action.error !== null)
    return `failed: ${action.error.detail}${action.error.hint === null ? '' : ` ${action.error.hint}`}`
  const waits = action.not_before === null ? '' : `; by itself only after ${action.not_before}`
  return action.outcome === 'done' ? `done ${speed(action.tokens_per_second)}`.trim() : `${action.because}${waits}`
}

export function renderPlan(plan: Plan): string {
  const rows = plan.actions.map((action) => [action.action, action.name, size(action.bytes), actionNotes(action)])
  const changes = plan.actions.filter(({ action }) => action !== 'keep' && action !== 'undeclared').length
  return [
    ...(rows.length === 0 ? ['No model is wanted, and none is here.'] : table(rows)),
    ...plan.invalid.map(({ name, reason }) => `  ${name}: ${reason}`),
    ...(!plan.dry_run
      ? []
      : changes === 0
        ? ['There is nothing to do.']
        : [
            `To download: ${plan.download_bytes === null ? 'not known' : sizeText(plan.download_bytes)}. hwc-ai models apply does it.`,
          ]),
  ].join('\n')
}

export function renderTested({ models }: z.output<typeof testedSchema>): string {
  if (models.length === 0) return 'No model is wanted, so none was tested.'
  return table(
    models.map(({ name, ok, reason, fault, tokens_per_second, slow }) => [
      name,
      ok && fault === null ? 'answers' : 'failed',
      ok ? speed(tokens_per_second) : (reason ?? ''),
      fault ?? slow ?? '',
    ]),
  ).join('\n')
}

export function renderPruned({ dry_run, models, frees_bytes, exact }: z.output<typeof prunedSchema>): string {
  if (models.length === 0) return 'There is no model that nobody asked for.'
  const sum = `${exact ? '' : 'about '}${sizeText(frees_bytes)}`
  return [
    ...table(
      models.map(({ name, size_bytes, frees_bytes: frees }) => [
        name,
        size(size_bytes),
        frees === null ? '' : `frees ${sizeText(frees)}`,
      ]),
    ),
    dry_run ? `Together ${sum}. hwc-ai models prune --no-dry-run removes them.` : `Removed; ${sum} freed.`,
  ].join('\n')
}
