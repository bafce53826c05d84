/** The real programs that judge the tree, where this machine has them. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Whether a program is on the path. */
export function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined
}

/** The folder with `nixpkgs-fmt` and `deadnix`, which `scripts/live/nix-tools.mjs` fills; null when they are not there. */
export function nixTools(): string | null {
  const cache =
    process.env['HWC_AI_CACHE_DIR'] || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'hwc-ai')
  const folder = join(cache, 'nix-tools', 'bin')
  return existsSync(join(folder, 'nixpkgs-fmt')) && existsSync(join(folder, 'deadnix')) ? folder : null
}

/** Runs a program to its end; its status and all that it said. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string | undefined>> } = {},
): { status: number; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: { ...process.env, ...options.env } }),
  })
  return { status: status ?? 1, output: `${stdout}${stderr}` }
}
