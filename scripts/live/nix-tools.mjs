// The formatter and the finder of dead code that the exported modules are held to, built from crates.io (about a minute, once).
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cachePath, once } from '../lib/cache.mjs'
import { run, which } from '../lib/run.mjs'

const tools = [
  { crate: 'nixpkgs-fmt', version: '1.3.0' },
  { crate: 'deadnix', version: '1.3.1' },
]
const folder = () => cachePath('nix-tools')
const isThere = () => tools.every(({ crate }) => existsSync(join(folder(), 'bin', crate)))

export const nixTools = {
  id: 'nix-tools',
  title: tools.map(({ crate, version }) => `${crate} ${version}`).join(', '),
  find: () => (isThere() ? join(folder(), 'bin') : undefined),
  install: (say) =>
    once(
      {
        name: 'nix-tools',
        stamp: join(folder(), '.stamp'),
        version: tools.map(({ version }) => version).join(' '),
        say,
      },
      async () => {
        const cargo = which('cargo')
        if (!cargo) throw new Error('cargo builds them and is not installed: see https://rustup.rs')
        for (const { crate, version } of tools) {
          say(`building ${crate} ${version}`)
          await run(cargo, ['install', '--quiet', '--locked', '--root', folder(), `${crate}@${version}`])
        }
      },
    ),
}
