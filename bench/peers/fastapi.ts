/** The FastAPI service of `fastapi_service.py` in an environment of its own. */
import { join } from 'node:path'
import { cachePath, once } from '../../scripts/lib/cache.mjs'
import { makeVenv } from '../../scripts/lib/venv.mjs'
import type { ServerSpec } from '../process.ts'

const packages = [
  'fastapi==0.165.0',
  'uvicorn[standard]==0.54.0',
  'uvloop==0.23.0',
  'httptools==0.9.0',
  'pydantic==2.14.3',
]
const venv = () => cachePath('bench-fastapi')

export async function installFastApi(say: (text: string) => void): Promise<void> {
  const version = packages.join(' ')
  await once({ name: 'bench-fastapi', stamp: join(venv(), '.stamp'), version, say }, async () => {
    say('installing FastAPI and uvicorn')
    await makeVenv(venv(), packages)
  })
}

export interface FastApiOptions {
  folder: string
  inbox: string
  key: string
  port: number
  modelsPort: number
}

/** One uvicorn process with uvloop and httptools, as fast as it goes, without access log. */
export function fastApi({ folder, inbox, key, port, modelsPort }: FastApiOptions): ServerSpec {
  const flags = ['--loop', 'uvloop', '--http', 'httptools', '--no-access-log', '--log-level', 'warning']
  return {
    name: 'FastAPI + uvicorn',
    command: join(venv(), 'bin', 'uvicorn'),
    args: ['fastapi_service:app', '--host', '127.0.0.1', '--port', `${port}`, ...flags],
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '',
      PYTHONPYCACHEPREFIX: join(folder, 'pycache'),
      BENCH_DB: join(folder, 'fastapi.sqlite'),
      BENCH_KEY: key,
      BENCH_ROOT: inbox,
      BENCH_MODELS_PORT: `${modelsPort}`,
    },
    cwd: import.meta.dirname,
    url: `http://127.0.0.1:${port}`,
    key,
  }
}
