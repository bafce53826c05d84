/** The core of the app: everything a server, the command line or a test needs, opened once and given to each operation. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Admin, ApiKeys } from '../auth/index.ts'
import { Calls } from '../calls/index.ts'
import { type Settings, stateDirFrom, stateFault } from '../config/index.ts'
import { AppError, ERROR_CODES, toAppError } from '../errors/index.ts'
import { Health } from '../health/index.ts'
import { RateLimit } from '../http/rate-limit.ts'
import type { Logger } from '../logging/index.ts'
import { mcpChecks } from '../mcp/checks.ts'
import { mcpFigures } from '../mcp/figures.ts'
import { McpGateway } from '../mcp/gateway/index.ts'
import { Metrics } from '../metrics/index.ts'
import { toolServersCheck } from '../open-webui/check.ts'
import { OpenWebui } from '../open-webui/index.ts'
import type { RegisteredOperation, Registry } from '../operations/registry.ts'
import type { HttpExchange, OperationContext, Principal, WorkflowDefinition } from '../operations/types.ts'
import { createClientFromSettings, type QueuedModelClient } from '../providers/index.ts'
import { Runs, type StartedRun } from '../runs/index.ts'
import { Secrets } from '../secrets/index.ts'
import { openStore, type Store } from '../store/index.ts'
import type { AppServices } from '../system/index.ts'
import { toolsDocument } from '../tools/openapi.ts'
import { VERSION } from '../version.ts'
import { registry as everyOperation } from './registry.ts'
import { SettingsManager } from './settings.ts'

const OWNER_KEY_MIN_CHARS = 16
/** Bits of a file's mode. */
const OTHERS_MAY = 0o006

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
 * Reads the owner's key.
 * @throws AppError `settings-invalid`
 */
function readOwnerKey(file: string | undefined, log: Logger): string | null {
  if (file === undefined || file === '') return null
  try {
    const key = readFileSync(file, 'utf8').trim()
    if ((statSync(file).mode & OTHERS_MAY) !== 0)
      log.warn('every user of this machine may read or change the owner key', { file, hint: `chmod o= ${file}` })
    if (key.length >= OWNER_KEY_MIN_CHARS && !/\s/.test(key)) return key
  } catch (error) {
    throw new AppError('settings-invalid', `HWC_AI_API_KEY_FILE: ${file} cannot be read.`, {
      cause: error,
      hint: 'Give the path of a readable file that holds a key.',
    })
  }
  throw new AppError(
    'settings-invalid',
    `HWC_AI_API_KEY_FILE: the key in ${file} is shorter than ${OWNER_KEY_MIN_CHARS} characters or holds spaces.`,
    {
      hint: 'Make one with: openssl rand -hex 32',
    },
  )
}

/** @throws AppError `settings-invalid` when the folder cannot hold the state */
function openState(stateDir: string): Store {
  try {
    return openStore(join(stateDir, 'hwc-ai.sqlite'))
  } catch (error) {
    throw stateFault(stateDir, error)
  }
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
  const stateDir = stateDirFrom(env)
  const ownerKey = readOwnerKey(env['HWC_AI_API_KEY_FILE'], log)
  const store = openState(stateDir)
  const settingsManager = await SettingsManager.open({ env, stateDir, store, now, log }).catch(
    async (error: unknown) => {
      await store.close()
      throw error
    },
  )
  const runs = new Runs({ store, now, log })
  const keys = new ApiKeys({ store, now, ownerKey, log })
  const admin = new Admin({
    store,
    now,
    sessionHours: () => settingsManager.current['local-workflows'].api.sessionHours,
    log,
  })
  const models = givenModels ?? createClientFromSettings(settingsManager.current)
  const health = new Health({ settings: () => settingsManager.current, store, workflows: registry.workflows, now, log })
  const metrics = new Metrics({
    version: VERSION,
    settings: () => settingsManager.current,
    stateDir,
    store,
    health,
    queue: () => models.stats(),
    now,
    log,
  })
  const settings = () => settingsManager.current
  const calls = new Calls({ store, now, log, observe: (call) => metrics.observeCall(call) })
  const gateway = new McpGateway({
    settings,
    stateDir,
    calls,
    sockets: env['HWC_AI_MCP_SOCKETS'] || null,
    now,
    log,
  })
  health.addSource(mcpChecks(gateway))
  metrics.setMcpServers(() => mcpFigures(gateway))
  let address: string | null = null
  const openWebui = new OpenWebui({
    settings,
    store,
    keys,
    secrets: new Secrets({ store, stateDir, now }),
    calls,
    ownDocument: () => toolsDocument({ settings: settings(), version: VERSION, registry }),
    server: () => address,
    now,
    log,
  })
  health.addSource(await toolServersCheck(openWebui))
  let requests = 0
  let startedAt: Date | null = null
  let nextRun: (workflow: WorkflowDefinition) => Date | null = () => null

  const app: AppServices = {
    version: VERSION,
    runs,
    keys,
    admin,
    settingsManager,
    workflows: registry.workflows,
    registry,
    nextRun: (workflow) => nextRun(workflow),
    server: () => (startedAt === null ? null : { startedAt, requests, address }),
    queue: () => models.stats(),
    health,
    calls,
    gateway,
    openWebui,
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
  let hosts: { settings: Settings; names: ReadonlySet<string> } | null = null

  return {
    version: VERSION,
    registry,
    settingsManager,
    store,
    stateDir,
    runs,
    keys,
    limit: new RateLimit(() => performance.now()),
    admin,
    models,
    health,
    metrics,
    calls,
    gateway,
    openWebui,
    log,
    now,
    hasOwnerKey: ownerKey !== null,
    get settings() {
      return settingsManager.current
    },
    get requests() {
      return requests
    },
    get address() {
      return address
    },
    get allowedHosts() {
      const settings = settingsManager.current
      if (hosts?.settings !== settings) {
        const { host, allowedHosts } = settings['local-workflows'].api
        const { selfUrl } = settings['open-webui']
        const self = selfUrl === null ? [] : [new URL(selfUrl).hostname]
        hosts = { settings, names: new Set([host, ...allowedHosts, ...self].map((name) => name.toLowerCase())) }
      }
      return hosts.names
    },
    countRequest: () => void (requests += 1),
    serving: (at, url) => {
      startedAt = at
      address = url ?? null
    },
    setNextRun: (next) => void (nextRun = next),
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
    async close() {
      await gateway.stop()
      await health.stop()
      await runs.stop()
      await calls.settled()
      keys.close()
      await store.close()
    },
  }
}
