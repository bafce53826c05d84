/**
 * Whether the folder in which Ollama keeps its models is really there. A link that points to nothing leaves Ollama
 * answering, with every model gone.
 */
import { constants } from 'node:fs'
import { access, lstat, readdir, readlink, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isSystemError } from '../../errors/index.ts'
import { type CheckSource, type Outcome, ok, trouble } from '../types.ts'

const RESTORE = 'Restore the folder, or set hwc.ai.ollama.dataDir to where the models are.'

/** The topmost part of a path that is not there, with where it points when it is a link. */
async function firstMissing(path: string): Promise<{ at: string; target: string | null }> {
  const parts = path.split('/').filter((part) => part !== '')
  let at = '/'
  for (const part of parts) {
    at = join(at, part)
    try {
      await stat(at)
    } catch {
      const link = await lstat(at).then(
        (found) => found.isSymbolicLink(),
        () => false,
      )
      return { at, target: link ? resolve(dirname(at), await readlink(at)) : null }
    }
  }
  return { at: path, target: null }
}

async function notThere(expected: string, folder: string): Promise<Outcome> {
  const { at, target } = await firstMissing(folder)
  const where = at === folder ? `the model folder ${folder}` : `the model folder ${folder} lies below ${at}, which`
  const actual =
    target === null
      ? `${where} does not exist, so every model is gone`
      : `${where} is a link to ${target}, and there is nothing there, so every model is gone`
  return trouble('down', expected, actual, RESTORE)
}

/** Whether this process owns a file, and so sees of it what Ollama's own user would. */
function isOurs(uid: number): boolean {
  return process.geteuid?.() === uid
}

/** What keeps the folder from being read or written; null when nothing does. */
async function obstacle(expected: string, folder: string): Promise<Outcome | null> {
  const { mode, uid } = await stat(folder)
  if ((mode & 0o444) === 0)
    return trouble(
      'down',
      expected,
      `nobody may read ${folder} (mode ${octal(mode)})`,
      `Give its owner the right: chmod u+rwx ${folder}`,
    )
  try {
    await readdir(folder)
  } catch (error) {
    if (!isSystemError(error)) throw error
    if (error.code !== 'EACCES' || isOurs(uid))
      return trouble(
        'down',
        expected,
        `${folder} cannot be read (${error.code ?? error.message})`,
        'Check the disk it lies on, and who owns it.',
      )
    return trouble(
      'unknown',
      expected,
      `this app may not look into ${folder}, which belongs to user ${uid}`,
      'Add the user of this app to the group of that folder.',
    )
  }
  if ((mode & 0o222) === 0)
    return trouble(
      'degraded',
      expected,
      `nobody may write to ${folder} (mode ${octal(mode)}), so no model can be added`,
      `Give its owner the right: chmod u+w ${folder}`,
    )
  const denied = await access(folder, constants.W_OK).then(
    () => null,
    (error: unknown) => error,
  )
  if (isSystemError(denied, 'EROFS') || (denied !== null && isOurs(uid)))
    return trouble(
      'degraded',
      expected,
      `${folder} can be read but not written, so no model can be added`,
      'Mount its file system for writing, or correct its owner.',
    )
  return null
}

const octal = (mode: number) => (mode & 0o7777).toString(8).padStart(4, '0')

/** Judges one model folder. */
export async function judgeModelFolder(dataDir: string): Promise<Outcome> {
  const expected = `${dataDir} is a folder that Ollama can read and write`
  // A server that runs by itself keeps its models one level deeper than a container that is given the folder.
  const inner = join(dataDir, 'models')
  const hasInner = await lstat(inner).then(
    () => true,
    () => false,
  )
  const folders = hasInner ? [dataDir, inner] : [dataDir]
  for (const folder of folders) {
    try {
      if (!(await stat(folder)).isDirectory()) return trouble('down', expected, `${folder} is not a folder`, RESTORE)
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return await notThere(expected, folder)
      if (isSystemError(error, 'ELOOP'))
        return trouble(
          'down',
          expected,
          `${folder} is a link that leads back to itself, so every model is gone`,
          RESTORE,
        )
      if (!isSystemError(error, 'EACCES')) throw error
      return trouble(
        'unknown',
        expected,
        `this app may not look at ${folder}`,
        'Add the user of this app to the group of the folders above it.',
      )
    }
    const found = await obstacle(expected, folder)
    if (found !== null) return found
  }
  return ok(expected, 'it is there, readable and writable')
}

export const modelDirectory: CheckSource = {
  id: 'model-directory',
  list: ({ settings }) => {
    const { enable, dataDir } = settings().ollama
    if (!enable) return []
    return [{ id: 'model-directory', title: 'The model folder', run: () => judgeModelFolder(dataDir) }]
  },
}
