/** The core of the app: everything a server, the command line or a test needs, opened once and given to each operation. */
import type { Admin, ApiKeys } from '../auth/index.ts'
import type { Calls } from '../calls/index.ts'
import type { Settings } from '../config/index.ts'
import { ERROR_CODES, toAppError } from '../errors/index.ts'
import type { Health } from '../health/index.ts'
import { RateLimit } from '../http/rate-limit.ts'
import type { Logger } from '../logging/index.ts'
import type { McpGateway } from '../mcp/gateway/index.ts'
import type { Metrics } from '../metrics/index.ts'
import type { OpenWebui } from '../open-webui/index.ts'
import type { RegisteredOperation, Registry } from '../operations/registry.ts'
import type { HttpExchange, OperationContext, Principal, WorkflowDefinition } from '../operations/types.ts'
import { endAll } from '../process/end-all.ts'
import type { QueuedModelClient } from '../providers/index.ts'
import type { Runs, StartedRun } from '../runs/index.ts'
import type { Store } from '../store/index.ts'
import type { AppServices } from '../system/index.ts'
import { VERSION } from '../version.ts'
import { allowedHosts } from './allowed-hosts.ts'
import { openParts, type Serving } from './parts.ts'
import { registry as everyOperation } from './registry.ts'
import type { SettingsManager } from './settings.ts'

export interface CoreOptions {
  env: Readonly<Record<string, string | undefined>>
  log: Logger
  now?: () => Date
  registry?: Registry
  /** In place of the backend that the settings name, for tests. */
  models?: QueuedModelClient
}

export interface Core {
  readonly version: string
  readonly registry: Registry
  /** As they are now; an edit shows at once. */
  readonly settings: Settings
  readonly settingsManager: SettingsManager
  readonly store: Store
  readonly stateDir: string
  readonly runs: Runs
  readonly keys: ApiKeys
  readonly admin: Admin
  readonly models: QueuedModelClient
  /** The regular checks; the server starts them. */
  readonly health: Health
  readonly metrics: Metrics
  readonly calls: Calls
  /** MCP servers of this machine; started when they are called. */
  readonly gateway: McpGateway
  readonly openWebui: OpenWebui
  readonly log: Logger
  /** Whether HWC_AI_API_KEY_FILE gives the owner a key, so that no first-run link is needed. */
  readonly hasOwnerKey: boolean
  /** Host names besides loopback that this server answers as, in lower case. */
  readonly allowedHosts: ReadonlySet<string>
  now: () => Date
  /** Counts what each key sends to the API. */
  readonly limit: RateLimit
  /** Counts a request of the API. */
  countRequest(): void
  /** Requests since {@link serving} was called. */
  readonly requests: number
  /** Says that this process serves, since now and at this address. */
  serving(startedAt: Date, url?: string): void
  /** Where this process really listens, e.g. `http://127.0.0.1:6021`; null when it does not serve. */
  readonly address: string | null
  /** Gives the status the scheduler's next times. */
  setNextRun(nextRun: (workflow: WorkflowDefinition) => Date | null): void
  /** Logs what an operation failed with, when it was not the caller's fault. */
  noteFailure(error: unknown, where: string): void
  /** The answer of an operation that is not recorded, as JSON, when it is known already. */
  kept(operation: RegisteredOperation): string | null
  /**
   * Runs an operation that is not recorded.
   * @param watcher of one that watches a run: is told its events, and may go
   */
  call(
    operation: RegisteredOperation,
    input: unknown,
    principal: Principal,
    http: HttpExchange | null,
    watcher?: Pick<OperationContext, 'emit' | 'signal'>,
  ): Promise<unknown>
  /** Starts a recorded operation. */
  start(
    operation: RegisteredOperation,
    input: unknown,
    principal: Principal,
    http: HttpExchange | null,
    signal?: AbortSignal,
  ): StartedRun
  close(): Promise<void>
}

/**
 * Opens the store, reads the settings and puts the parts together. Connects to nothing.
 * @throws AppError `settings-invalid` with every fault at once
 */
export async function createCore({
  env,
  log,
  now = () => new Date(),
  registry = everyOperation,
  models: givenModels,
}: CoreOptions): Promise<Core> {
  const serving: Serving = { startedAt: null, address: null, requests: 0, nextRun: () => null }
  const parts = await openParts({ env, log, now, registry, models: givenModels, serving })
  const { stateDir, store, settingsManager, runs, keys, models, health, calls, gateway } = parts
  const hosts = allowedHosts(() => settingsManager.current)
  const app: AppServices = {
    version: VERSION,
    runs,
    keys,
    admin: parts.admin,
    settingsManager,
    workflows: registry.workflows,
    registry,
    nextRun: (workflow) => serving.nextRun(workflow),
    server: () => {
      const { startedAt, requests, address } = serving
      return startedAt === null ? null : { startedAt, requests, address }
    },
    queue: () => models.stats(),
    health,
    calls,
    gateway,
    openWebui: parts.openWebui,
  }
  const contextFor = (principal: Principal, http: HttpExchange | null) => ({
    settings: settingsManager.current,
    store,
    models,
    principal,
    http,
    now,
    log,
    stateDir,
    app,
  })
  const nobody: Pick<OperationContext, 'emit' | 'signal'> = {
    emit: () => undefined,
    signal: new AbortController().signal,
  }
  // The registry knows only what every operation is given; those of the system are given the app besides.
  const withApp = { app }

  return {
    ...parts,
    version: VERSION,
    registry,
    limit: new RateLimit(() => performance.now()),
    log,
    now,
    get settings() {
      return settingsManager.current
    },
    get requests() {
      return serving.requests
    },
    get address() {
      return serving.address
    },
    get allowedHosts() {
      return hosts()
    },
    countRequest: () => void (serving.requests += 1),
    serving: (at, url) => {
      serving.startedAt = at
      serving.address = url ?? null
    },
    setNextRun: (next) => void (serving.nextRun = next),
    noteFailure(error, where) {
      const appError = toAppError(error)
      const { status } = ERROR_CODES[appError.code]
      if (appError.code === 'internal') log.error('operation failed', { where, error: appError })
      else if (status >= 500) log.warn('operation failed', { where, code: appError.code, reason: appError.message })
    },
    kept: (operation) => operation.kept?.({ settings: settingsManager.current, store, now, ...withApp }) ?? null,
    call: (operation, input, principal, http, watcher = nobody) =>
      operation.run(input, {
        ...contextFor(principal, http),
        signal: watcher.signal,
        runId: null,
        emit: watcher.emit,
        engine: () => undefined,
      }),
    start: (operation, input, principal, http, signal) =>
      runs.start(operation, operation.group, input, contextFor(principal, http), signal),
    close: () =>
      endAll([
        () => gateway.stop(),
        () => health.stop(),
        () => runs.stop(),
        () => calls.settled(),
        () => keys.close(),
        () => store.close(),
      ]),
  }
}
