/** The values of every metric at the moment of a scrape. */
import type { Settings } from '../config/index.ts'
import { diskUsage } from '../health/disk.ts'
import { type Health, STATUSES } from '../health/index.ts'
import { CALL_OUTCOMES, type CallFigures } from './call-figures.ts'
import type { MetricName } from './definitions.ts'
import type { BucketCounts } from './histogram.ts'
import type { HttpFigures } from './http-figures.ts'
import type { RunFigures } from './run-figures.ts'

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  labels: Labels
  value: number | BucketCounts
}

/** What is known of a declared model. */
export interface ModelFigures {
  model: string
  available: boolean
  /** In its last test; null before the first. */
  tokensPerSecond: number | null
}

/** What is known of an MCP server behind the gateway. */
export interface McpServerFigures {
  server: string
  sessions: number
  /** Null where its program is not ours to start. */
  program: { processes: number; restarts: number } | null
}

export interface MetricSources {
  version: string
  settings: () => Settings
  stateDir: string
  health: Health
  http: HttpFigures
  runs: RunFigures
  queue: () => { running: number; waiting: number; maxWaiting: number }
  models: () => Promise<readonly ModelFigures[]>
  calls: CallFigures
  mcpServers: () => readonly McpServerFigures[]
}

export type Samples = Partial<Record<MetricName, readonly Sample[]>>

type Collector = (sources: MetricSources) => Promise<Samples> | Samples

const one = (value: number, labels: Labels = {}): Sample[] => [{ labels, value }]

const checks: Collector = ({ health }) => {
  const reports = health.current()
  const ran = reports.flatMap(({ id, lastAt, durationMs }) =>
    lastAt === null || durationMs === null
      ? []
      : [{ labels: { check: id }, at: lastAt.getTime() / 1000, seconds: durationMs / 1000 }],
  )
  return {
    hwc_ai_check_state: reports.flatMap(({ id, status }) =>
      STATUSES.map((state) => ({ labels: { check: id, state }, value: status === state ? 1 : 0 })),
    ),
    hwc_ai_check_duration_seconds: ran.map(({ labels, seconds }) => ({ labels, value: seconds })),
    hwc_ai_check_last_run_timestamp_seconds: ran.map(({ labels, at }) => ({ labels, value: at })),
    hwc_ai_check_overdue: reports.map(({ id, overdue }) => ({ labels: { check: id }, value: overdue ? 1 : 0 })),
    hwc_ai_incidents_open: one(health.openIncidents().length),
    hwc_ai_notifications_total: [...health.outbox.counts.values()].map(({ notifier, outcome, count }) => ({
      labels: { notifier, outcome },
      value: count,
    })),
  }
}

const models: Collector = async ({ models: read, queue }) => {
  const figures = await read()
  const { running, waiting, maxWaiting } = queue()
  return {
    hwc_ai_model_available: figures.map(({ model, available }) => ({ labels: { model }, value: available ? 1 : 0 })),
    hwc_ai_model_tokens_per_second: figures.flatMap(({ model, tokensPerSecond }) =>
      tokensPerSecond === null ? [] : [{ labels: { model }, value: tokensPerSecond }],
    ),
    hwc_ai_model_queue_running: one(running),
    hwc_ai_model_queue_waiting: one(waiting),
    hwc_ai_model_queue_limit: one(maxWaiting),
  }
}

const runs: Collector = async ({ runs: figures }) => {
  await figures.update()
  return {
    hwc_ai_runs_total: [...figures.outcomes.values()].map(({ count, ...labels }) => ({ labels, value: count })),
    hwc_ai_run_duration_seconds: [...figures.workflows].map(([workflow, { seconds }]) => ({
      labels: { workflow },
      value: seconds.read(),
    })),
    hwc_ai_tokens_total: [...figures.workflows].flatMap(([workflow, { promptTokens, completionTokens }]) => [
      { labels: { workflow, kind: 'prompt' }, value: promptTokens },
      { labels: { workflow, kind: 'completion' }, value: completionTokens },
    ]),
    hwc_ai_runs_active: one(await figures.active()),
  }
}

const http: Collector = ({ http: { routes } }) => ({
  hwc_ai_http_requests_total: [...routes].flatMap(([{ method, path }, { codes }]) =>
    [...codes].map(([code, count]) => ({ labels: { method, route: path, code: String(code) }, value: count })),
  ),
  hwc_ai_http_request_duration_seconds: [...routes].map(([{ method, path }, { seconds }]) => ({
    labels: { method, route: path },
    value: seconds.read(),
  })),
})

const tools: Collector = ({ calls, mcpServers }) => {
  const found = mcpServers()
  for (const { server } of found) calls.of(server)
  const programs = found.flatMap(({ server, program }) =>
    program === null ? [] : [{ labels: { server }, ...program }],
  )
  return {
    hwc_ai_tool_calls_total: [...calls.servers].flatMap(([server, { outcomes }]) =>
      CALL_OUTCOMES.map((outcome) => ({ labels: { server, outcome }, value: outcomes[outcome] })),
    ),
    hwc_ai_tool_call_duration_seconds: [...calls.servers].map(([server, { seconds }]) => ({
      labels: { server },
      value: seconds.read(),
    })),
    hwc_ai_mcp_sessions: found.map(({ server, sessions }) => ({ labels: { server }, value: sessions })),
    hwc_ai_mcp_processes: programs.map(({ labels, processes }) => ({ labels, value: processes })),
    hwc_ai_mcp_restarts_total: programs.map(({ labels, restarts }) => ({ labels, value: restarts })),
  }
}

const disks: Collector = async ({ settings, stateDir }) => {
  const folders = { state: stateDir, ...(settings().ollama.enable ? { models: settings().ollama.dataDir } : {}) }
  const usages = await Promise.all(
    Object.entries(folders).map(async ([disk, folder]) => ({ labels: { disk }, ...(await diskUsage(folder)) })),
  )
  return {
    hwc_ai_disk_size_bytes: usages.map(({ labels, sizeBytes }) => ({ labels, value: sizeBytes })),
    hwc_ai_disk_available_bytes: usages.map(({ labels, availableBytes }) => ({ labels, value: availableBytes })),
  }
}

const info: Collector = ({ version }) => ({ hwc_ai_info: one(1, { version }) })

const COLLECTORS: Readonly<Record<string, Collector>> = { info, checks, models, runs, http, tools, disks }

/**
 * Collects everything. One part that fails leaves its metrics out and does not sink the others.
 * @param onFailure told which part failed
 */
export async function collectSamples(
  sources: MetricSources,
  onFailure: (part: string, error: unknown) => void,
): Promise<Samples> {
  const parts = await Promise.all(
    Object.entries(COLLECTORS).map(async ([name, collect]): Promise<Samples> => {
      try {
        return await collect(sources)
      } catch (error) {
        onFailure(name, error)
        return {}
      }
    }),
  )
  return Object.assign({}, ...parts) as Samples
}
