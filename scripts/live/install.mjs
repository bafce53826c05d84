// Installs real programs by hand: `node scripts/live/install.mjs [id…]`, all of them without arguments.
import { programs } from './index.mjs'
import { installPrograms } from './install-programs.mjs'

const wanted = process.argv.slice(2)
const unknown = wanted.filter((id) => !programs.some((program) => program.id === id))
if (unknown.length > 0) {
  console.error(`no such program: ${unknown.join(', ')}; there are ${programs.map(({ id }) => id).join(', ')}`)
  process.exit(2)
}
const results = await installPrograms(wanted.length > 0 ? wanted : undefined)
process.exit(results.every(({ found }) => found) ? 0 : 1)
