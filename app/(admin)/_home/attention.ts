import type { WorkflowSummary } from '#app/_client/operation.ts'
import type { HealthOverview, Run, Status } from '#app/_client/types.ts'
import { bytes } from '#app/_components/format.ts'
import { healthLine } from '#app/_components/health-words.ts'

/** Something that asks for the person. */
export interface Attention {
  id: string
  tone: 'bad' | 'warn'
  title: string
  detail: string
  /** A command that helps. */
  command?: string
  link?: { href: string; label: string }
}

/** Free share of a disk below which it is said. */
const LOW_DISK = 0.05

function backendAttention({ backend, models }: Status, workflows: readonly WorkflowSummary[]): Attention[] {
  const needing = workflows.filter(({ model }) => model === 'required').map(({ title }) => title)
  const without = `${needing.length === 0 ? '' : `${needing.join(' and ')} cannot answer; `}everything else works without a model.`
  if (backend.status === 'unreachable')
    return [
      {
        id: 'backend',
        tone: 'warn',
        title: `No model backend answers${backend.endpoint === null ? '' : ` at ${backend.endpoint}`}`,
        detail: `${without} Start Ollama, or name another server in the settings.`,
        command: 'ollama serve',
        link: { href: '/settings?q=local-workflows.backend', label: 'Backend settings' },
      },
    ]
  if (Object.keys(models).length > 0 || backend.id === 'built-in') return []
  return [
    {
      id: 'models',
      tone: 'warn',
      title: 'The backend has no models yet',
      detail: without,
      command: 'ollama pull llama3.2:3b',
      link: { href: '/models', label: 'Models' },
    },
  ]
}

/** Of each operation only the latest run counts: what failed and then worked is well. */
function failedRuns(runs: readonly Run[], titles: Readonly<Record<string, string>>): Attention[] {
  const seen = new Set<string>()
  return runs.flatMap((run) => {
    const latest = !seen.has(run.operation)
    seen.add(run.operation)
    if (!latest || (run.status !== 'failed' && run.status !== 'interrupted')) return []
    return [
      {
        id: run.id,
        tone: 'bad' as const,
        title: `${titles[run.operation] ?? run.operation}: ${run.status}`,
        detail: run.error?.detail ?? 'The app stopped while it ran.',
        link: { href: `/runs/${run.id}`, label: 'Show the run' },
      },
    ]
  })
}

/** One line on the checks that are not well; what cannot be told asks for nobody. */
export function healthAttention({ checks }: Pick<HealthOverview, 'checks'>): Attention[] {
  const bad = checks.filter(({ status }) => status === 'down' || status === 'degraded')
  if (bad.length === 0) return []
  return [
    {
      id: 'health',
      tone: bad.some(({ status }) => status === 'down') ? 'bad' : 'warn',
      title: healthLine(bad),
      detail: 'Health says since when, what was expected, and what to do.',
      link: { href: '/health', label: 'Health' },
    },
  ]
}

/** Everything that needs the person, worst first. */
export function attentions(
  status: Status,
  runs: readonly Run[],
  workflows: readonly WorkflowSummary[],
  titles: Readonly<Record<string, string>>,
  disk: { free: number; total: number } | null,
): Attention[] {
  const full: Attention[] =
    disk !== null && disk.free / disk.total < LOW_DISK
      ? [
          {
            id: 'disk',
            tone: 'bad',
            title: 'The disk is almost full',
            detail: `${bytes(disk.free)} of ${bytes(disk.total)} are free.`,
          },
        ]
      : []
  return [...full, ...failedRuns(runs, titles), ...backendAttention(status, workflows)]
}
