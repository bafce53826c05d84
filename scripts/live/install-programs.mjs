import { programs } from './index.mjs'
import { installProgram } from './install-program.mjs'

/**
 * Installs programs in their order, one after another: they share two cores and one package database.
 * @param {string[]} [ids] all when left out
 * @returns {Promise<{id: string, found: string | undefined, reason: string | undefined}[]>}
 */
export async function installPrograms(ids) {
  const results = []
  for (const program of programs) {
    if (!ids || ids.includes(program.id)) results.push(await installProgram(program))
  }
  return results
}

/** What is there already, without installing anything. */
export function findPrograms() {
  return programs.map((program) => ({ id: program.id, found: program.find(), reason: 'not installed on this machine' }))
}
