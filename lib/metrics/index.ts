/** Metrics of one process, answered at `/metrics`. What a request costs is a count; all else is done when Prometheus asks. */
import { timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Settings } from '../config/index.ts'
import { AppError, messageOf } from '../errors/index.ts'
import type { Health } from '../health/index.ts'
import type { Logger } from '../logging/index.ts'
import type { Store } from '../store/index.ts'
import { OWN_TOOLS, type ToolCall } from '../calls/index.ts'
import { CallFigures } from './call-figures.ts'
import { collectSamples, type McpServerFigures, type ModelFigures } from './collect.ts'
import type { Exposition } from './exposition.ts'
import { HttpFigures, type Route } from './http-figures.ts'
import { RunFigures } from './run-figures.ts'

export type { McpServerFigures, ModelFigures } from './collect.ts'
export type { Route } from './http-figures.ts'

export interface MetricsOptions {
  version: string
  settings: () => Settings
  stateDir: string
  store: Store
  health: Health
  queue: () => { running: number; waiting: number; maxWaiting: number }
  now: () => Date
  log: Logger
}

/** What is asked of a scrape before it is answered. */
export interface Scrape {
  /** Address of the client. */
  address: string
  headers: Headers
}

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.|local$)/
/** Headers that a proxy on this machine adds: what comes through it comes from elsewhere. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip'] as const

function sameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

export class Metrics {
  readonly #options: MetricsOptions
  readonly #http = new HttpFigures()
  readonly #runs: RunFigures
  readonly #calls = new CallFigures()
  #mcpServers: () => readonly McpServerFigures[] = () => []
  #models: () => Promise<readonly ModelFigures[]> = () => Promise.resolve([])
  #exposition: Promise<Exposition> | null = null

  constructor(options: MetricsOptions) {
    this.#options = options
    this.#runs = new RunFigures(options.store, options.now())
    this.#calls.of(OWN_TOOLS)
  }

  /** Counts a request that was answered. Costs a fraction of a microsecond. */
  observeRequest(route: Route, code: number, seconds: number): void {
    this.#http.observe(route, code, seconds)
  }

  /** Counts a call of a tool that ended. Costs a fraction of a microsecond. */
  observeCall({ server, error, durationMs }: ToolCall): void {
    this.#calls.observe(server, error, durationMs / 1000)
  }

  /** Says where the figures of the servers behind the gateway come from. */
  setMcpServers(read: () => readonly McpServerFigures[]): void {
    this.#mcpServers = read
  }

  /** Says where the figures of the declared models come from. */
  setModels(read: () => Promise<readonly ModelFigures[]>): void {
    this.#models = read
  }

  /**
   * Whether this client may read: with the token where there is one, else from this machine alone.
   * @throws AppError `not-found` when switched off, `unauthorized`
   */
  async authorize({ address, headers }: Scrape): Promise<void> {
    const { enable, tokenFile } = this.#options.settings().health.metrics
    if (!enable)
      throw new AppError('not-found', 'There are no metrics here.', {
        hint: 'hwc.ai.health.metrics.enable switches them on.',
      })
    if (tokenFile === null) {
      if (LOOPBACK.test(address) && !FORWARDED.some((name) => headers.has(name))) return
      throw new AppError('unauthorized', 'Without a token, metrics are for this machine alone.', {
        hint: 'Set hwc.ai.health.metrics.tokenFile, and give Prometheus the same file as authorization.credentials_file.',
      })
    }
    const token = (await this.#readToken(tokenFile)).trim()
    const sent = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]
    if (token !== '' && sent !== undefined && sameSecret(sent, token)) return
    throw new AppError('unauthorized', 'That is not the token for the metrics.', {
      hint: 'Send the content of hwc.ai.health.metrics.tokenFile as Authorization: Bearer TOKEN.',
    })
  }

  async #readToken(file: string): Promise<string> {
    try {
      return await readFile(file, 'utf8')
    } catch (cause) {
      throw new AppError('settings-invalid', `The token for the metrics cannot be read from ${file}.`, {
        cause,
        hint: 'Check hwc.ai.health.metrics.tokenFile, and who may read that file.',
      })
    }
  }

  /** Every metric in Prometheus' text format. */
  async render(): Promise<{ contentType: string; body: string }> {
    // Loaded late: who is never scraped does not pay for it.
    this.#exposition ??= import('./exposition.ts').then(({ createExposition }) => createExposition())
    const exposition = await this.#exposition
    const { version, settings, stateDir, health, queue, log } = this.#options
    const sources = {
      version,
      settings,
      stateDir,
      health,
      queue,
      http: this.#http,
      runs: this.#runs,
      models: this.#models,
      calls: this.#calls,
      mcpServers: this.#mcpServers,
    }
    const samples = await collectSamples(sources, (part, error) =>
      log.warn(`Some metrics could not be read: ${messageOf(error)}`, { part, error }),
    )
    return { contentType: exposition.contentType, body: await exposition.render(samples) }
  }
}
