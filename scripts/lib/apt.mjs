// Debian packages, for the programs that no language's registry carries.
import { run, which } from './run.mjs'

let updated = false

/** Why Debian packages cannot be installed from here, or undefined when they can. */
function aptObstacle(packages) {
  const command = `apt-get install -y ${packages.join(' ')}`
  if (!which('apt-get')) return `not a Debian machine: install what \`${command}\` would give`
  if (process.getuid?.() !== 0) return `not root: run \`sudo ${command}\``
  return undefined
}

/** Installs Debian packages as root. The package lists are fetched once per run, and only when the first try fails without them. */
export async function aptInstall(packages, say) {
  const obstacle = aptObstacle(packages)
  if (obstacle) throw new Error(obstacle)
  say(`apt-get install ${packages.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3']
  const install = (allowFailure) => run('apt-get', ['install', ...options, ...packages], { env, allowFailure })
  if (updated) {
    await install(false)
    return
  }
  updated = true
  const first = await install(true)
  if (first.code === 0) return
  await run('apt-get', ['update', '-q', '-o', 'Acquire::Retries=3'], { env, allowFailure: true })
  await install(false)
}
