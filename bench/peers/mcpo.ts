/** mcpo, https://github.com/open-webui/mcpo, in an environment of its own: an MCP server as OpenAPI. */
import { join } from 'node:path'
import { cachePath, once } from '../../scripts/lib/cache.mjs'
import { makeVenv } from '../../scripts/lib/venv.mjs'
import type { ServerSpec } from '../process.ts'

/** A plain install takes a later mcp and FastAPI, with which this version does not start. */
const packages = ['mcpo==0.0.20', 'mcp<2', 'fastapi==0.115.*']
const venv = () => cachePath('bench-mcpo')

export async function installMcpo(say: (text: string) => void): Promise<void> {
  const version = packages.join(' ')
  await once({ name: 'bench-mcpo', stamp: join(venv(), '.stamp'), version, say }, async () => {
    say('installing mcpo')
    await makeVenv(venv(), packages)
  })
}

export interface McpoOptions {
  folder: string
  key: string
  port: number
  /** The MCP server: program and arguments. */
  program: readonly string[]
}

export function mcpo({ folder, key, port, program }: McpoOptions): ServerSpec {
  return {
    name: 'mcpo',
    command: join(venv(), 'bin', 'mcpo'),
    args: ['--host', '127.0.0.1', '--port', `${port}`, '--api-key', key, '--', ...program],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '', PYTHONPYCACHEPREFIX: join(folder, 'pycache') },
    cwd: folder,
    url: `http://127.0.0.1:${port}`,
    key,
    // Listed once it has shaken hands with the server.
    readyPath: '/openapi.json',
  }
}
