import { readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { typedPath } from './attach.ts'
import { COMMANDS } from './commands.ts'
import type { ChatServices } from './types.ts'

/** Entries of the folder that a half-typed path is in, folders with a slash at their end. */
async function files(typed: string, cwd: string): Promise<string[]> {
  const folder = typed.endsWith('/') ? typed : dirname(typed)
  const begun = typed.endsWith('/') ? '' : basename(typed)
  const entries = await readdir(typedPath(folder === '' ? '.' : folder, cwd), { withFileTypes: true }).catch(() => [])
  const prefix = typed.slice(0, typed.length - begun.length)
  return entries
    .filter((entry) => entry.name.startsWith(begun) && (begun.startsWith('.') || !entry.name.startsWith('.')))
    .map((entry) => `${prefix}${entry.name}${entry.isDirectory() ? '/' : ''}`)
}

/**
 * What Tab offers for a line: commands, names of models, files.
 * @returns the choices and the part of the line they stand for, as `node:readline` wants it
 */
export async function complete(
  line: string,
  services: Pick<ChatServices, 'models'>,
  cwd: string,
): Promise<[string[], string]> {
  const [, name, typed = ''] = /^\/(\S+)\s+(.*)$/.exec(line) ?? []
  if (name === undefined) {
    const commands = Object.keys(COMMANDS).map((command) => `/${command}`)
    return [line.startsWith('/') ? commands.filter((command) => command.startsWith(line)) : [], line]
  }
  if (name === 'attach' || name === 'export') return [await files(typed, cwd), typed]
  if (name !== 'model') return [[], line]
  const models = await services.models.list().catch(() => [])
  return [models.map((model) => model.name).filter((model) => model.startsWith(typed)), typed]
}
