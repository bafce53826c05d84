/** The built app, started for one test with a state folder of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const SERVER = join(PROJECT, 'dist', 'server.js')
const START_MS = 30_000
/** How long the first-run link is waited for after the address. */
const LINK_MS = 5000
const FIRST_RUN = /(http:\S+\/first-run#\S+)\n/

export interface RunningApp {
  /** e.g. `http://127.0.0.1:40123` */
  url: string
  /** Address of the first-run page, with its token; null once a password is set. */
  firstRun: string | null
  /** Everything the app has said. */
  log: () => string
  stop: () => Promise<void>
}

export interface AppOptions {
  /** Folder for state, settings and whatever else; kept by the caller. */
  folder: string
  /** The `hwc.ai` tree. */
  settings: object
  /** Over the usual environment. */
  env?: Readonly<Record<string, string>>
}

/** Starts `dist/server.js` on a free port and waits until it says where it listens. */
export async function startApp({ folder, settings, env = {} }: AppOptions): Promise<RunningApp> {
  if (!existsSync(SERVER)) throw new Error('The app is not built: npm run build')
  const config = join(folder, 'config.json')
  await mkdir(join(folder, 'state'), { recursive: true })
  await writeFile(config, JSON.stringify(settings))
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('HWC_AI_'))
  const child = spawn(process.execPath, ['--enable-source-maps', SERVER], {
    cwd: PROJECT,
    env: {
      ...Object.fromEntries(kept),
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      HWC_AI_PORT: '0',
      HWC_AI_STATE: join(folder, 'state'),
      HWC_AI_CONFIG: config,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  let log = ''
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the app said no address within ${START_MS} ms\n${log}`)), START_MS)
    const read = (text: string) => {
      log += text
      const address = /listens on (http:\S+)/.exec(log)?.[1]
      if (address === undefined) return
      // The first-run link follows once it is stored, which a busy disk takes its time for; with a password there is none.
      if (FIRST_RUN.test(log)) resolve(address)
      else setTimeout(() => resolve(address), LINK_MS)
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    child.once('error', reject)
    child.once('close', (code, signal) => reject(new Error(`the app ended with ${code ?? signal}\n${log}`)))
    void closed.then(() => clearTimeout(timer))
  })
  return {
    url,
    firstRun: FIRST_RUN.exec(log)?.[1] ?? null,
    log: () => log,
    stop: async () => {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await closed
      clearTimeout(late)
    },
  }
}
