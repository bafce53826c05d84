// Schemathesis reads the OpenAPI document like a stranger and asks everything that it allows, and what it forbids.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cachePath, once } from '../lib/cache.mjs'
import { which } from '../lib/run.mjs'
import { makeVenv } from '../lib/venv.mjs'

const version = '4.32.0'
const folder = () => cachePath('schemathesis')
const program = () => join(folder(), 'bin', 'schemathesis')

export const schemathesis = {
  id: 'schemathesis',
  title: `Schemathesis ${version}`,
  find: () => (existsSync(program()) ? program() : which('schemathesis')),
  install: (say) =>
    once({ name: 'schemathesis', stamp: join(folder(), '.stamp'), version, say }, async () => {
      say(`installing Schemathesis ${version} into ${folder()}`)
      await makeVenv(folder(), [`schemathesis==${version}`])
    }),
}
