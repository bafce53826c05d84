// Ollama, built from the Go module proxy: a model server that nobody here wrote.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { aptInstall } from '../lib/apt.mjs'
import { cachePath, once } from '../lib/cache.mjs'
import { ask, run, which } from '../lib/run.mjs'

const version = 'v0.17.4'
const miniaudioModule = 'github.com/gen2brain/malgo@v0.11.24'
const vectorFlags = { avx2: '-mavx2', fma: '-mfma', f16c: '-mf16c', bmi2: '-mbmi2' }

const home = () => cachePath('ollama')
const binary = () => join(home(), 'ollama')
const include = () => join(home(), 'include')

/** Vector instructions are worth 2.5 times the tokens per second, but only all four together and where the processor has them. */
function optimisation() {
  let has = []
  try {
    has = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].trim().split(/\s+/) ?? []
  } catch {
    // Not Linux: build for the plain processor.
  }
  const all = Object.keys(vectorFlags).every((flag) => has.includes(flag))
  return all ? `-O3 ${Object.values(vectorFlags).join(' ')}` : '-O3'
}

/** Go modules leave three header files out; Debian has two of them, another module has the third at its root. */
async function headers(say) {
  const missing = [
    ['/usr/include/nlohmann/json.hpp', 'nlohmann-json3-dev'],
    ['/usr/include/stb/stb_image.h', 'libstb-dev'],
  ].filter(([path]) => !existsSync(path))
  const packages = missing.map(([, name]) => name)
  if (!which('g++')) packages.push('g++')
  if (packages.length > 0) await aptInstall(packages, say)
  const { stdout } = await run('go', ['mod', 'download', '-json', miniaudioModule])
  mkdirSync(join(include(), 'miniaudio'), { recursive: true })
  copyFileSync(join(JSON.parse(stdout).Dir, 'miniaudio.h'), join(include(), 'miniaudio', 'miniaudio.h'))
}

async function build(say) {
  if (!which('go'))
    throw new Error('Go is missing: install it from https://go.dev/dl/ (Ollama is built from source here)')
  mkdirSync(home(), { recursive: true })
  await headers(say)
  const flags = optimisation()
  say(`building Ollama ${version} with ${flags} (2 to 4 minutes)`)
  const env = {
    ...process.env,
    GOBIN: join(home(), 'bin'),
    CGO_ENABLED: '1',
    CGO_CPPFLAGS: `-I${include()} -I/usr/include`,
    CGO_CFLAGS: flags,
    CGO_CXXFLAGS: flags,
    CGO_CFLAGS_ALLOW: '-m.*',
    CGO_CXXFLAGS_ALLOW: '-m.*',
  }
  // The least urgent work on the machine: it runs beside the build and the checks.
  const goInstall = ['go', 'install', '-trimpath', `github.com/ollama/ollama@${version}`]
  const [command, ...args] = which('nice') ? ['nice', '-n', '10', ...goInstall] : goInstall
  await run(command, args, { env })
  // In place only when whole: others may look for the binary while it is being linked.
  await run('mv', ['-f', join(home(), 'bin', 'ollama'), binary()])
  rmSync(join(home(), 'bin'), { recursive: true, force: true })
}

export const ollama = {
  id: 'ollama',
  title: `Ollama ${version}`,
  /** The binary in the cache, else one that the machine already has. */
  find: () => (existsSync(binary()) ? binary() : which('ollama')),
  version: (path) => ask(path, ['--version'])?.split('\n').at(-1),
  install: (say) => once({ name: 'ollama', stamp: join(home(), '.stamp'), version, say }, () => build(say)),
}
