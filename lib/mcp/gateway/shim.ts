/**
 * Programs that a version manager stands before: the command is a small script, a shim, that asks the manager which of several
 * versions is meant. In the sandbox neither the manager nor its versions can be seen, so it is asked before.
 *
 * https://github.com/pyenv/pyenv#understanding-shims, also of rbenv and nodenv; https://asdf-vm.com/manage/core.html#which
 */
import { execFile } from 'node:child_process'
import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { promisify } from 'node:util'
import { AppError } from '../../errors/index.ts'
import { findProgram, interpreterOf } from './command.ts'

const run = promisify(execFile)
/** A shim has some hundred bytes. */
const MAX_BYTES = 4096
const WHICH_MS = 10_000

/** How a shim ends: `exec "/home/me/.pyenv/libexec/pyenv" exec "$program" "$@"`, `exec asdf exec "node" "$@"`. */
const HANDS_OVER = /^exec "?((?:[^"\s]*\/)?(?:[a-z]+env|asdf))"? exec /m
/** Where the manager keeps what it manages, if the shim says so. */
const ROOT = /^export ([A-Z]+_ROOT)="([^"]+)"$/m

interface Shim {
  /** The manager: a path, or a name to look for. */
  manager: string
  env: Record<string, string>
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}

function shimOf(program: string): Shim | null {
  if (statSync(program).size > MAX_BYTES) return null
  const text = readFileSync(program, 'latin1')
  const manager = text.startsWith('#!') ? HANDS_OVER.exec(text)?.[1] : undefined
  if (manager === undefined) return null
  const [, name, root] = ROOT.exec(text) ?? []
  return { manager, env: name === undefined || root === undefined ? {} : { [name]: root } }
}

/** What the environment of the manager is made of: no secrets of the program. */
export interface ShimSurroundings {
  /** Folders in which programs are looked for, separated by colons. */
  search: string
  env: Readonly<Record<string, string>>
}

/** @throws AppError `mcp-server` when the manager does not say which program is meant */
async function behind(program: string, shim: Shim, { search, env }: ShimSurroundings): Promise<string> {
  const name = basename(program)
  const manager = basename(shim.manager)
  try {
    // Next's types make NODE_ENV part of every environment; here only what is listed may be in it.
    const environment: Record<string, string> = { ...env, ...shim.env, PATH: search }
    // At the root, as the program itself would be started, so that no folder's own choice of a version counts.
    const options = { cwd: '/', env: environment as NodeJS.ProcessEnv, timeout: WHICH_MS }
    const { stdout } = await run(findProgram(shim.manager, search), ['which', name], options)
    return findProgram(stdout.trim(), search)
  } catch (error) {
    throw new AppError('mcp-server', `${program} only leads to a program, and ${manager} does not say to which.`, {
      cause: error,
      hint: `Give the whole path of the program itself in the settings of the server; "${manager} which ${name}" shows it.`,
    })
  }
}

/** A program that can be started where no version manager is, and where others are looked for then. */
export interface RealProgram {
  program: string
  search: string
}

/**
 * The program that a path leads to, and first in the search what runs it: no shim is left in between.
 * @throws AppError `mcp-server` when the manager of a shim does not say which program is meant
 */
export async function behindShims(path: string, surroundings: ShimSurroundings): Promise<RealProgram> {
  const { env } = surroundings
  let { search } = surroundings
  // One that may be run and not be read is no script.
  if (!isReadable(path)) return { program: path, search }
  const resolved = async (one: string) => {
    const shim = shimOf(one)
    if (shim === null) return one
    const real = await behind(one, shim, { search: surroundings.search, env })
    search = [dirname(real), search].join(':')
    return real
  }
  const program = await resolved(path)
  const interpreter = interpreterOf(program, search)
  if (interpreter !== null) await resolved(interpreter)
  return { program, search }
}
