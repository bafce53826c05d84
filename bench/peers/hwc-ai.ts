/** This project's server as it is built: `dist/server.js`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnvironment } from '../../scripts/lib/environment.mjs'
import { root } from '../../scripts/lib/root.mjs'
import { serverArguments } from '../../scripts/lib/server-arguments.mjs'
import type { ServerSpec } from '../process.ts'

export interface HwcAiOptions {
  folder: string
  inbox: string
  key: string
  port: number
  modelsPort: number
  /** Further settings, under `hwc.ai`. */
  settings?: object
}

/** The environment for the server and the command: an own state folder, `inbox` as the only folder it may touch. */
export function hwcAiEnvironment({ folder, inbox, key, port, modelsPort, settings }: HwcAiOptions): NodeJS.ProcessEnv {
  const home = join(folder, 'hwc-ai')
  mkdirSync(home, { recursive: true })
  const ollamaEndpoint = `http://127.0.0.1:${modelsPort}`
  const config = { ...settings, 'local-workflows': { ollamaEndpoint, fileCleanup: { watchDirs: [inbox] } } }
  writeFileSync(join(home, 'config.json'), JSON.stringify(config))
  writeFileSync(join(home, 'owner-key'), key, { mode: 0o600 })
  return {
    ...cleanEnvironment(),
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    HWC_AI_HOST: '127.0.0.1',
    HWC_AI_PORT: `${port}`,
    HWC_AI_STATE: join(home, 'state'),
    HWC_AI_CONFIG: join(home, 'config.json'),
    HWC_AI_API_KEY_FILE: join(home, 'owner-key'),
  }
}

export function hwcAi(options: HwcAiOptions): ServerSpec {
  return {
    name: 'hwc-ai',
    command: process.execPath,
    args: serverArguments,
    env: hwcAiEnvironment(options),
    cwd: root,
    url: `http://127.0.0.1:${options.port}`,
    key: options.key,
  }
}
