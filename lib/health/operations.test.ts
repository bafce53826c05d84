import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCAL_PRINCIPAL } from '../auth/index.ts'
import { createCore, type Core } from '../core/index.ts'
import { createApi } from '../http/app.ts'
import { silentLogger } from '../logging/index.ts'
import { ok, trouble } from './index.ts'

const CONFIG = {
  'local-workflows': { backend: { type: 'built-in' } },
  health: { startDelay: '1s', failuresBeforeDown: 1, checks: { fridge: { public: true } } },
}
let folder: string
let core: Core

async function open(config: object = CONFIG): Promise<void> {
  core = await createCore({
    env: { HWC_AI_STATE: join(folder, 'state'), HWC_AI_CONFIG: JSON.stringify(config) },
    log: silentLogger,
  })
  const temperature = () =>
    Promise.resolve(warm ? trouble('down', 'below 8 °C', '14 °C', 'Close the door.') : ok('below 8 °C', '5 °C'))
  core.health.addSource({ id: 'fridge', list: () => [{ id: 'fridge', title: 'The fridge', run: temperature }] })
}
let warm = false

const call = async (method: string, path: string, principal = true) => {
  const operation = core.registry.operations.find(({ http }) => http.method === method && http.path === path)
  if (!principal || operation === undefined) {
    const response = await createApi(core).request(`http://127.0.0.1${path}`, {
      method,
      headers: { host: '127.0.0.1' },
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  return {
    status: 200,
    body: (await core.call(operation, operation.input.parse({}), LOCAL_PRINCIPAL, null)) as Record<string, unknown>,
  }
}

beforeEach(async () => {
  warm = false
  folder = await mkdtemp(join(tmpdir(), 'hwc-ai-health-'))
})
afterEach(async () => {
  await core.close()
  await rm(folder, { recursive: true })
})

it('liveness and readiness are open to everyone, the checks are not', async () => {
  await open()
  expect(await call('GET', '/api/health', false)).toEqual({ status: 200, body: { status: 'ok' } })
  expect(await call('GET', '/api/health/ready', false)).toEqual({ status: 200, body: { status: 'ready' } })
  for (const path of ['/api/health/checks', '/api/health/checks/fridge', '/api/health/incidents'])
    expect((await call('GET', path, false)).status).toBe(401)
})

it('readiness fails while the database cannot be read, and liveness does not', async () => {
  await open()
  await core.store.db.schema.dropTable('facts').execute()
  expect(await call('GET', '/api/health/ready', false)).toMatchObject({ status: 503, body: { code: 'store-busy' } })
  expect((await call('GET', '/api/health', false)).status).toBe(200)
})

it('the public status is not there until it is switched on, and then shows only what is public', async () => {
  await open()
  expect((await call('GET', '/api/status', false)).status).toBe(404)
  await core.close()
  await open({ ...CONFIG, health: { ...CONFIG.health, publicStatus: true } })
  const { status, body } = await call('GET', '/api/status', false)
  expect(status).toBe(200)
  expect(body['checks']).toMatchObject([{ id: 'fridge', title: 'The fridge' }])
  expect(JSON.stringify(body)).not.toMatch(/expected|actual|hint/)
})

it('a check that is run by hand in the server shows at once, with its incident, bars and points', async () => {
  await open()
  await core.health.start(() => [])
  warm = true
  const run = await call('POST', '/api/health/checks/run')
  expect(run.body).toMatchObject({ status: 'down' })
  const checks = (await call('GET', '/api/health/checks')).body
  expect(checks).toMatchObject({ status: 'down' })
  await core.health.flush()
  const operation = core.registry.operation('get_health_check')
  expect(await core.call(operation, { check_id: 'fridge' }, LOCAL_PRINCIPAL, null)).toMatchObject({
    check: {
      status: 'down',
      expected: 'below 8 °C',
      actual: '14 °C',
      hint: 'Close the door.',
      uptime_24h: 0,
      days: [{ status: 'down' }],
    },
    points: [{ status: 'down' }],
    incidents: [{ check_id: 'fridge', severity: 'down', ended_at: null }],
  })
})

it('a misspelt check is told with the one that was meant', async () => {
  await open()
  const operation = core.registry.operation('get_health_check')
  await expect(core.call(operation, { check_id: 'frige' }, LOCAL_PRINCIPAL, null)).rejects.toMatchObject({
    code: 'not-found',
    message: 'There is no check "frige". Did you mean "fridge"?',
  })
})

it('the doctor exits with 1 when something is down and says what to do', async () => {
  await open()
  const { cli } = core.registry.operation('run_health_checks')
  const well = (await call('POST', '/api/health/checks/run')).body
  expect(cli?.exitCode?.(well)).toBe(0)
  warm = true
  const ill = (await call('POST', '/api/health/checks/run')).body
  expect(cli?.exitCode?.(ill)).toBe(1)
  expect(cli?.render?.(ill)).toMatch(
    /✗ down {5}The fridge.*\n {4}is: {7}14 °C\n {4}expected: below 8 °C\n {4}do: {7}Close the door\./,
  )
})
