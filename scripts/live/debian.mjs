// Programs that come as Debian packages: the machine's own when it has them.
import { aptInstall } from '../lib/apt.mjs'
import { which } from '../lib/run.mjs'

/** A program that is there when all of `commands` are on PATH; the first one is what tests are given. */
export function debianProgram({ id, title, packages, commands }) {
  const find = () => (commands.every((command) => which(command)) ? which(commands[0]) : undefined)
  return {
    id,
    title,
    find,
    install: async (say) => {
      if (!find()) await aptInstall(packages, say)
    },
  }
}
