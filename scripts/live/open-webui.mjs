// Open WebUI, from PyPI: the chat that calls our tools. With all that it brings along it takes 6 GB.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cachePath, once } from '../lib/cache.mjs'
import { makeVenv } from '../lib/venv.mjs'

const version = '0.12.4'
const folder = () => cachePath('open-webui')
const stamp = () => join(folder(), '.stamp')
const program = () => join(folder(), 'bin', 'open-webui')

export const openWebui = {
  id: 'open-webui',
  title: `Open WebUI ${version}`,
  find: () => (existsSync(program()) ? program() : undefined),
  install: (say) =>
    once({ name: 'open-webui', stamp: stamp(), version, say }, async () => {
      say(`installing Open WebUI ${version} into ${folder()} (about 5 minutes, 6 GB)`)
      await makeVenv(folder(), [`open-webui==${version}`])
    }),
}
