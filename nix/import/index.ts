/** From an evaluated configuration to the settings of this app. */
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { JsonFault, parseJson } from '#lib/config/json.ts'
import { AppError, isSystemError } from '#lib/errors/index.ts'

export { type ImportPlan, planImport } from './plan.ts'

const MOST_BYTES = 16 * 1024 * 1024

function readText(file: string): string {
  if (file === '-') return readFileSync(0, 'utf8')
  const path = resolve(file)
  try {
    const stats = statSync(path)
    if (!stats.isFile() && !stats.isFIFO()) throw new AppError('not-a-file', `${path} is not a file.`)
    if (stats.size > MOST_BYTES) throw new AppError('file-too-large', `${path} is larger than 16 MiB.`)
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    if (cause.code === 'ENOENT') throw new AppError('path-not-found', `${path} does not exist.`, { cause })
    throw new AppError('path-not-readable', `${path} cannot be read.`, { cause })
  }
}

/**
 * Reads a file of JSON.
 * @param file its path, or `-` for the standard input
 * @throws AppError `path-not-found`, `path-not-readable`, `not-a-file`, `file-too-large`, `settings-invalid` when it is no JSON
 */
export function readConfigFile(file: string): unknown {
  try {
    return parseJson(readText(file))
  } catch (cause) {
    if (!(cause instanceof JsonFault)) throw cause
    const message = `line ${cause.line}, column ${cause.column}: ${cause.message}`
    throw new AppError('settings-invalid', `${file} is not JSON: ${message}`, {
      cause,
      faults: [{ path: file, message }],
      hint: 'Make it with: nix eval --json .#nixosConfigurations.HOST.config.hwc.ai',
    })
  }
}
