/** The environment of a server's program: PATH and HOME, what the settings list, and the lines of its secret file. Nothing else. */
import { readFile } from 'node:fs/promises'
import { AppError } from '../../errors/index.ts'
import type { StdioTransport } from './definition.ts'

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/

/** Value of a line as systemd's EnvironmentFile reads it: quotes around the whole are taken off. */
function unquoted(text: string): string {
  const value = text.trim()
  const quoted = /^"(.*)"$/s.exec(value) ?? /^'(.*)'$/s.exec(value)
  return quoted?.[1] ?? value
}

/** @throws AppError `mcp-server` with the number of the first line that is none; never its content */
export function readEnvironmentFile(text: string, path: string): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || /^\s*[#;]/.test(line)) continue
    const [, name, value] = LINE.exec(line) ?? []
    if (name === undefined || value === undefined)
      throw new AppError('mcp-server', `Line ${index + 1} of ${path} is not of the form NAME=VALUE.`)
    env[name] = unquoted(value)
  }
  return env
}

async function secretLines(path: string | null): Promise<Record<string, string>> {
  if (path === null) return {}
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new AppError('mcp-server', `The environment file ${path} cannot be read.`, { cause: error })
  })
  return readEnvironmentFile(text, path)
}

/** @throws AppError `mcp-server` when the secret file cannot be read */
export async function environmentOf({ env, envFile }: StdioTransport): Promise<Record<string, string>> {
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: process.env['HOME'] ?? '/',
    ...env,
    ...(await secretLines(envFile)),
  }
}

const IN_THE_OPEN: ReadonlySet<string> = new Set(['PATH', 'HOME'])

/** The values of an environment that came from the secret file. */
export function secretsIn(environment: Readonly<Record<string, string>>, { env, envFile }: StdioTransport): string[] {
  if (envFile === null) return []
  return Object.entries(environment).flatMap(([name, value]) =>
    IN_THE_OPEN.has(name) || env[name] === value ? [] : [value],
  )
}
