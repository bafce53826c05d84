// The built app on a free port with a state folder of its own, for tests and measurements from outside.
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cleanEnvironment } from './environment.mjs'
import { freePort } from './free-port.mjs'
import { root } from './root.mjs'
import { serverArguments } from './server-arguments.mjs'
import { startGroup } from './run-group.mjs'

const startTimeoutMs = 30_000

async function isUp(url) {
  try {
    return (await fetch(`${url}/api/health`)).ok
  } catch {
    return false
  }
}

/** What the app is told: a state folder below `folder`, the settings as JSON, and an owner key in a file if there is one. */
function environment(folder, port, key, config) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  const keyFile = join(folder, 'owner-key')
  if (key !== undefined) writeFileSync(keyFile, `${key}\n`, { mode: 0o600 })
  return {
    ...cleanEnvironment(),
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    HWC_AI_HOST: '127.0.0.1',
    HWC_AI_PORT: String(port),
    HWC_AI_STATE: join(folder, 'state'),
    HWC_AI_CONFIG: join(folder, 'config.json'),
    ...(key === undefined ? {} : { HWC_AI_API_KEY_FILE: keyFile }),
  }
}

/**
 * Starts `dist/server.js` and waits for `/api/health`.
 * @param {{folder: string, config?: object, ownerKey?: boolean}} options without an owner key it prints a first-run link
 * @returns {Promise<{url: string, key: string | undefined, log: () => string, stop: () => Promise<void>}>}
 */
export async function serveApp({ folder, config = {}, ownerKey = true }) {
  const port = await freePort()
  const key = ownerKey ? `hwc_${randomBytes(24).toString('base64url')}` : undefined
  const env = environment(folder, port, key, config)
  const start = performance.now()
  const { child, killAll } = startGroup(process.execPath, serverArguments, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  const keep = (text) => (log = (log + text).slice(-100_000))
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  const closed = new Promise((resolve) => child.on('close', resolve))
  const stop = async () => {
    killAll('SIGTERM')
    const late = setTimeout(killAll, 10_000)
    await closed
    clearTimeout(late)
  }
  const url = `http://127.0.0.1:${port}`
  while (!(await isUp(url))) {
    if (child.exitCode !== null) throw new Error(`the app ended with ${child.exitCode}\n${log}`)
    if (performance.now() - start > startTimeoutMs) {
      await stop()
      throw new Error(`the app did not answer within ${startTimeoutMs / 1000} s\n${log}`)
    }
    await sleep(10)
  }
  return { url, key, log: () => log, stop }
}
