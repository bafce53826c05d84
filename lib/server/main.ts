import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { exitCodeOf } from '../cli/exit-codes.ts'
import { toAppError } from '../errors/index.ts'
import { createLogger, type LogLevel } from '../logging/index.ts'
import { createSystemdNotifier } from '../systemd/notify.ts'
import { startServer } from './index.ts'

/** The project's folder: from source two above this file, in the build one above `dist/`. */
const PROJECT = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../..' : '..', import.meta.url))

/** Runs the server in the foreground until SIGINT or SIGTERM. A settings fault is printed whole and ends it with 1. */
export async function runServer(): Promise<void> {
  let level: LogLevel = 'info'
  const log = createLogger({ level: () => level })
  try {
    const built = existsSync(`${PROJECT}/.next/BUILD_ID`)
    if (!built) log.warn('the pages are not built, so only the API is served', { hint: 'npm run build' })
    const server = await startServer({ env: process.env, pagesDir: built ? PROJECT : null, log })
    const { settingsManager } = server.core
    const followLevel = () => void (level = settingsManager.current['local-workflows'].logLevel)
    settingsManager.onChange(followLevel)
    followLevel()
    const stopped = new Promise<void>((resolve) => {
      process.once('SIGINT', resolve)
      process.once('SIGTERM', resolve)
    })
    const systemd = createSystemdNotifier({ env: process.env, log })
    await systemd.ready()
    await stopped
    log.info('stopping')
    // A second signal does not wait.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
    await Promise.all([systemd.stopping(), server.close()])
  } catch (thrown) {
    const error = toAppError(thrown)
    const faults = error.faults.map((fault) => `  ${fault.path}: ${fault.message}`)
    process.stderr.write(
      `${[error.message, ...faults, ...(error.hint === undefined ? [] : [error.hint])].join('\n')}\n`,
    )
    if (error.code === 'internal') log.error('the server could not start', { error })
    process.exitCode = exitCodeOf(error)
  }
}
