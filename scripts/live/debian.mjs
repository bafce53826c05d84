// Programs that come as Debian packages: the machine's own when it has them.
import { existsSync } from 'node:fs'
import { aptInstall } from '../lib/apt.mjs'
import { which } from '../lib/run.mjs'

/** A program that is there when all of `commands` are on PATH and all `files` exist; the first command is what tests are given. */
export function debianProgram({ id, title, packages, commands, files = [] }) {
  const isThere = () => commands.every((command) => which(command)) && files.every((file) => existsSync(file))
  const find = () => (isThere() ? which(commands[0]) : undefined)
  return {
    id,
    title,
    find,
    install: async (say) => {
      if (!find()) await aptInstall(packages, say)
    },
  }
}
