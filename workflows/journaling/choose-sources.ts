/** From the names in an input to the sources to read. */
import { resolve } from 'node:path'
import { AppError, toAppError } from '#lib/errors/index.ts'
import type { OperationContext } from '#lib/operations/types.ts'
import { allowedFile } from './allowed-files.ts'
import { logFile, NAMED_SOURCES, type LogSource } from './sources/index.ts'
import { unavailable } from './sources/types.ts'

/**
 * @param names source ids and paths of log files; none: what the settings say
 * @throws AppError `invalid-input` for a name that is no source, `path-not-allowed`
 */
export async function chooseSources(
  names: readonly string[] | undefined,
  context: OperationContext,
): Promise<LogSource[]> {
  const { sources, logFiles } = context.settings['local-workflows'].journaling
  const chosen = names === undefined || names.length === 0 ? [...sources, ...logFiles] : names
  return Promise.all([...new Set(chosen)].map((name, i) => sourceOf(name, i, context)))
}

async function sourceOf(name: string, index: number, context: OperationContext): Promise<LogSource> {
  const named = NAMED_SOURCES[name]
  if (named !== undefined) return named(context.settings)
  const path = pathOf(name, context)
  if (path === null)
    throw new AppError('invalid-input', `There is no log source ${JSON.stringify(name)}.`, {
      hint: `Use ${Object.keys(NAMED_SOURCES).join(', ')} or the absolute path of a log file.`,
      faults: [{ path: `sources.${index}`, message: 'is neither a known source nor an absolute path' }],
    })
  try {
    return logFile(await allowedFile(path, context), path)
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code !== 'path-not-found' && error.code !== 'path-not-readable' && error.code !== 'not-a-file')
      throw error
    return { id: path, title: path, read: () => Promise.resolve(unavailable(error.message)) }
  }
}

/** A full path, or for the person at the shell one from where they are, told from a mistyped source by its dot or slash. */
function pathOf(name: string, { principal }: OperationContext): string | null {
  if (name.startsWith('/')) return name
  return principal.kind === 'local' && /[./]/.test(name) ? resolve(name) : null
}
