// A Node that is new enough. better-sqlite3 13 installs on Node 20 and then crashes, so an old one must never get as far.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { cachePath, once } from './cache.mjs'
import { becomeProgram } from './forward.mjs'
import { ask, run } from './run.mjs'

/** What the machine gets when its own Node is too old. */
const version = '24.21.0'
const oldest = [22, 12]

const folder = () => cachePath('node-24')
const binFolder = () => join(folder(), 'node_modules', '.bin')
const cached = () => join(binFolder(), process.platform === 'win32' ? 'node.cmd' : 'node')

/** Whether a version such as `v22.12.0` is new enough. */
export function isNewEnough(text) {
  const [major = 0, minor = 0] = text.replace(/^v/, '').split('.').map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

/** The Node in the cache, when it is there and starts. */
export function cachedNode() {
  if (!existsSync(cached())) return undefined
  const found = ask(cached(), ['--version'])
  return found && isNewEnough(found) ? cached() : undefined
}

/** The environment in which child npm, npx and next take the given Node too. */
export function nodeEnvironment(node) {
  const path = [dirname(node), process.env.PATH].filter(Boolean).join(delimiter)
  return { ...process.env, PATH: path, NODE: node, npm_node_execpath: node }
}

/**
 * The package `node` fetches its platform's package from an install script, which newer npm versions block by default.
 * The platform package holds the same binary and needs no script, so it goes first.
 */
async function install(say) {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  rmSync(folder(), { recursive: true, force: true })
  mkdirSync(folder(), { recursive: true })
  writeFileSync(join(folder(), 'package.json'), '{"private":true}\n')
  const attempt = (name, flags) =>
    run(npm, ['install', '--prefix', folder(), '--no-fund', '--no-audit', ...flags, `${name}@${version}`], {
      // Away from the checkout, so that its own npm settings do not apply.
      cwd: folder(),
      allowFailure: true,
    })
  say(`this is Node ${process.version}, too old: installing Node ${version} into ${folder()}`)
  const first = await attempt(`node-${platform}-${process.arch}`, ['--ignore-scripts'])
  if (first.code === 0 && cachedNode()) return
  const second = await attempt('node', [])
  if (cachedNode()) return
  throw new Error(
    `no working Node came from npm; install Node 24 yourself\n${(second.output || first.output).slice(-3000)}`,
  )
}

/**
 * Goes on when this Node is new enough; otherwise installs one and runs this very script again with it.
 * Call it before anything else: what comes after may rely on Node 22.12.
 */
export async function ensureNode() {
  if (isNewEnough(process.version)) {
    // Started by its path: tools that look for `node` themselves must find this one.
    if (ask('node', ['--version']) !== process.version) Object.assign(process.env, nodeEnvironment(process.execPath))
    return
  }
  const say = (text) => console.log(`[node] ${text}`)
  if (!cachedNode()) {
    // A stamp may outlive the binary (another machine's cache, a cleaned folder); the binary decides.
    rmSync(join(folder(), '.stamp'), { force: true })
    await once({ name: 'node', stamp: join(folder(), '.stamp'), version, say }, () => install(say))
  }
  const node = cachedNode()
  if (!node) throw new Error(`Node ${version} is in ${folder()}, but does not start`)
  await becomeProgram(node, [...process.execArgv, ...process.argv.slice(1)], nodeEnvironment(node))
}
