/** The units of an evaluated configuration as files, for `systemd-analyze` to judge. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type MachineSummary, serviceUnit, socketUnit, timerUnit } from './machine.ts'

const run = promisify(execFile)

/** Units of NixOS that ours are ordered by, as far as ordering needs them. */
const HOST_UNITS = ['docker.service', 'ollama.service', 'caddy.service', 'prometheus.service', 'grafana.service']

/** The programs lie in a store that this machine does not have: whether they are there is not what is judged. */
function runnable(text: string): string {
  return text.replace(/^(Exec\w+)=.*$/gm, '$1=/bin/true')
}

export interface UnitFolder {
  readonly path: string
  /** File names of the units that ours are, such as `hwc-ai.service`. */
  readonly names: readonly string[]
  remove(): void
}

/** A unit that the modules only add to has its command from NixOS. */
const isWhole = (text: string) => /^ExecStart=/m.test(text)

/** Writes every unit of a configuration that has a command, each under its own name. */
export function writeUnits({ services, timers, sockets }: MachineSummary): UnitFolder {
  const path = mkdtempSync(join(tmpdir(), 'hwc-ai-units-'))
  const files = new Map<string, string>()
  for (const [name, service] of Object.entries(services)) {
    const text = serviceUnit(service)
    if (isWhole(text)) files.set(`${name}.service`, runnable(text))
  }
  for (const [name, timer] of Object.entries(timers)) files.set(`${name}.timer`, timerUnit(timer))
  for (const [name, socket] of Object.entries(sockets)) files.set(`${name}.socket`, socketUnit(socket))
  const others = Object.keys(services).map((name) => `${name}.service`)
  for (const name of [...HOST_UNITS, ...others])
    if (!files.has(name)) writeFileSync(join(path, name), '[Service]\nExecStart=/bin/true\n')
  for (const [name, text] of files) writeFileSync(join(path, name), text)
  return { path, names: [...files.keys()].sort(), remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Of a template the first instance: a template alone is no unit that could be loaded. */
const instance = (name: string) => name.replace(/@\.(\w+)$/, '@1.$1')

/** What `systemd-analyze verify` says against the units; empty when it has nothing. */
export async function verifyUnits({ path, names }: UnitFolder): Promise<string> {
  const env = { ...process.env, SYSTEMD_UNIT_PATH: `${path}:` }
  try {
    const { stderr } = await run('systemd-analyze', ['verify', '--man=no', ...names.map(instance)], { env, cwd: path })
    return stderr
  } catch (error) {
    return error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
  }
}

/** The exposure of one service by `systemd-analyze security`, from 0 to 10. */
export async function exposureOf({ path }: UnitFolder, name: string): Promise<number> {
  const { stdout } = await run('systemd-analyze', ['security', '--offline=true', '--no-pager', join(path, name)])
  const found = /Overall exposure level for \S+: (\d+\.\d+)/.exec(stdout)?.[1]
  if (found === undefined) throw new Error(`no exposure of ${name}: ${stdout}`)
  return Number(found)
}
