/** The parts of the app, opened and put together. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Admin, ApiKeys } from '../auth/index.ts'
import { Calls } from '../calls/index.ts'
import { stateDirFrom, stateFault } from '../config/index.ts'
import { AppError } from '../errors/index.ts'
import { Health } from '../health/index.ts'
import type { Logger } from '../logging/index.ts'
import { mcpChecks } from '../mcp/checks.ts'
import { mcpFigures } from '../mcp/figures.ts'
import { McpGateway } from '../mcp/gateway/index.ts'
import { Metrics } from '../metrics/index.ts'
import { toolServersCheck } from '../open-webui/check.ts'
import { OpenWebui } from '../open-webui/index.ts'
import type { Registry } from '../operations/registry.ts'
import type { WorkflowDefinition } from '../operations/types.ts'
import { createClientFromSettings, type QueuedModelClient } from '../providers/index.ts'
import { Runs } from '../runs/index.ts'
import { Secrets } from '../secrets/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { toolsDocument } from '../tools/openapi.ts'
import { VERSION } from '../version.ts'
import { SettingsManager } from './settings.ts'

const OWNER_KEY_MIN_CHARS = 16
/** Bits of a file's mode. */
const OTHERS_MAY = 0o006

/** What is known of this process's own server, as it changes. */
export interface Serving {
  /** Null while it does not serve. */
  startedAt: Date | null
  /** e.g. `http://127.0.0.1:6021`. */
  address: string | null
  /** Answered since it serves. */
  requests: number
  nextRun: (workflow: WorkflowDefinition) => Date | null
}

export interface PartsOptions {
  env: Readonly<Record<string, string | undefined>>
  log: Logger
  now: () => Date
  registry: Registry
  /** In place of the backend that the settings name. */
  models: QueuedModelClient | undefined
  serving: Readonly<Serving>
}

export type Parts = Awaited<ReturnType<typeof openParts>>

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
export async function openParts({ env, log, now, registry, models: given, serving }: PartsOptions) {
  const stateDir = stateDirFrom(env)
  const ownerKey = readOwnerKey(env['HWC_AI_API_KEY_FILE'], log)
  const store = openState(stateDir)
  const settingsManager = await SettingsManager.open({ env, stateDir, store, now, log }).catch(
    async (error: unknown) => {
      await store.close()
      throw error
    },
  )
  const settings = () => settingsManager.current
  const runs = new Runs({ store, now, log })
  const keys = new ApiKeys({ store, now, ownerKey, log })
  const admin = new Admin({
    store,
    now,
    sessionHours: () => settings()['local-workflows'].api.sessionHours,
    log,
  })
  const models = given ?? createClientFromSettings(settings())
  const health = new Health({ settings, store, workflows: registry.workflows, now, log })
  const metrics = new Metrics({
    version: VERSION,
    settings,
    stateDir,
    store,
    health,
    queue: () => models.stats(),
    now,
    log,
  })
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
  const openWebui = new OpenWebui({
    settings,
    store,
    keys,
    secrets: new Secrets({ store, stateDir, now }),
    calls,
    ownDocument: () => toolsDocument({ settings: settings(), version: VERSION, registry }),
    server: () => serving.address,
    now,
    log,
  })
  health.addSource(await toolServersCheck(openWebui))
  return {
    stateDir,
    hasOwnerKey: ownerKey !== null,
    store,
    settingsManager,
    runs,
    keys,
    admin,
    models,
    health,
    metrics,
    calls,
    gateway,
    openWebui,
  }
}
