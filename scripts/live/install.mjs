// Installs real programs by hand: `node scripts/live/install.mjs [id…]`, all of them without arguments.
import { programs } from './index.mjs'
import { installProgram } from './install-program.mjs'

const wanted = process.argv.slice(2)
const unknown = wanted.filter((id) => !programs.some((program) => program.id === id))
if (unknown.length > 0) {
  console.error(`no such program: ${unknown.join(', ')}; there are ${programs.map(({ id }) => id).join(', ')}`)
  process.exit(2)
}
let failed = false
for (const program of programs) {
  if (wanted.length > 0 && !wanted.includes(program.id)) continue
  const result = await installProgram(program)
  failed ||= !result.found
}
process.exit(failed ? 1 : 0)
