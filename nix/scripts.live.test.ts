/** The scripts of the exported modules, run for real: right exit codes, right words. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manifestIn, startRegistry, type TestRegistry } from '#lib/models/testing/registry.ts'
import { bringTestModel, realOllama, type ServedOllama, serveOllama, TEST_MODEL } from '#lib/models/testing/ollama.ts'
import { writeConnection } from '#lib/open-webui/connection.ts'
import { freePort } from '../scripts/lib/free-port.mjs'
import { toNix } from './emit/index.ts'
import type { NixValue } from './emit/index.ts'
import { evaluate, hasNix, writeTree } from './testing/evaluate.ts'
import type { MachineSummary } from './testing/machine.ts'
import { hasProgram, runProgram } from './testing/programs.ts'
import { type ScriptFolder, writeScripts } from './testing/scripts.ts'
import { EVERYTHING, treeOf } from './testing/trees.ts'

const real = realOllama()
const canRun = hasNix && hasProgram('jq') && hasProgram('curl')
const hasShellcheck = hasProgram('shellcheck')

it.skipIf((canRun && hasShellcheck && real !== null) || process.env['CI'] === undefined)(
  'the programs that the scripts need are there',
  () => {
    expect.fail('nix-instantiate, jq, curl, shellcheck and a real Ollama must be there where CI is')
  },
)

const folders: { remove(): void }[] = []
const written = writeTree(treeOf())
const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-live-'))
afterAll(() => {
  for (const each of folders) each.remove()
  written.remove()
  rmSync(folder, { recursive: true })
})

/** The scripts of a machine with these values below `hwc.ai`. */
async function scriptsOf(ai: Readonly<Record<string, NixValue>>): Promise<ScriptFolder> {
  const { files } = await evaluate<MachineSummary>(written, {
    machine: toNix({ hwc: { ai: { enable: true, ...ai } } }),
  })
  const scripts = writeScripts(files)
  folders.push(scripts)
  return scripts
}

/** Scripts of a machine whose Ollama is at this port. */
const ollamaScripts = (port: number, more: Readonly<Record<string, NixValue>> = {}) =>
  scriptsOf({
    ollama: {
      enable: true,
      port,
      dataDir: folder,
      modelValidation: { testPrompt: "What's the capital of $FRANCE?", timeout: '60s' },
      ...more,
    },
    health: { timeout: '5s' },
  })

/** Something at a port of this machine that is not Ollama. */
async function serve(answer: (path: string) => string | null): Promise<{ port: number; server: Server }> {
  const port = await freePort()
  const server = createServer((request, response) => {
    const body = answer(request.url ?? '')
    // Null: it says nothing for as long as someone listens.
    if (body !== null) response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  folders.push({
    remove: () => {
      server.closeAllConnections()
      server.close()
    },
  })
  return { port, server }
}

describe.skipIf(!hasNix || !hasShellcheck)('every script of the tree', () => {
  it('has nothing that shellcheck minds', async () => {
    const { files } = await evaluate(written, { machine: EVERYTHING })
    const scripts = writeScripts(files)
    folders.push(scripts)
    expect(scripts.names).toEqual(
      expect.arrayContaining(['ollama-pull-models', 'ollama-health', 'ollama-disk-monitor', 'open-webui-prepare']),
    )
    const { status, output } = runProgram('shellcheck', scripts.names, { cwd: scripts.path })
    expect({ status, output }).toEqual({ status: 0, output: '' })
  })
})

describe.skipIf(!canRun || real === null)('the scripts of Ollama, with a real one', () => {
  let registry: TestRegistry
  let ollama: ServedOllama
  let port: number
  beforeAll(async () => {
    const { program, models } = real ?? { program: '', models: '' }
    registry = await startRegistry()
    const original = manifestIn(models, 'library/gemma3-270m/latest')
    registry.filesOf(models, original)
    registry.manifests.set('library/gemma:1', original)
    const broken = registry.file('GGUF, but not really', 'application/vnd.ollama.image.model')
    registry.manifests.set('library/broken:1', { ...original, layers: [broken, ...original.layers.slice(1)] })
    const store = join(folder, 'models')
    mkdirSync(store)
    bringTestModel(models, store)
    ollama = await serveOllama(program, store)
    port = Number(new URL(ollama.url).port)
  })
  afterAll(async () => {
    await ollama.stop()
    await registry.close()
  })
  const named = (name: string) => `${registry.host}/library/${name}`

  it('say that it answers', async () => {
    const { status, stdout } = await (await ollamaScripts(port)).run('ollama-health')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^Ollama \S+ answers at http/)
  })

  it('pull what is missing, let it answer, and leave alone what shall stay', async () => {
    const models = [named('gemma:1'), { name: TEST_MODEL, autoUpdate: false, priority: 1 }]
    const scripts = await ollamaScripts(port, { models, insecureRegistries: [registry.host] })
    const { status, stdout, stderr } = await scripts.run('ollama-pull-models')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      `${TEST_MODEL} is there and stays as it is.`,
      `${named('gemma:1')} is up to date and answers.`,
      'Every declared model is there (2).',
      '',
    ])
    const health = await scripts.run('ollama-model-health')
    expect(health).toMatchObject({ status: 0, stderr: '' })
    expect(health.stdout).toContain(`${named('gemma:1')} answers.`)
    expect(health.stdout).toContain('Every declared model answers (2).')
  })

  it('go on after a model that cannot be had or does not work, and fail with its name and why', async () => {
    const models = [named('nowhere:1'), named('broken:1'), { name: TEST_MODEL, autoUpdate: false }]
    const scripts = await ollamaScripts(port, { models, insecureRegistries: [registry.host] })
    const { status, stdout, stderr } = await scripts.run('ollama-pull-models')
    expect(status).toBe(1)
    expect(stdout).toContain(`${TEST_MODEL} is there and stays as it is.`)
    expect(stderr).toMatch(new RegExp(`${named('nowhere:1')} cannot be pulled: .*(manifest|not exist|not found)`))
    expect(stderr).toMatch(new RegExp(`${named('broken:1')} (was pulled and does not work|cannot be pulled): \\S`))
    expect(stderr).toMatch(/\nModels that cannot be used: .*nowhere:1 .*broken:1 \(2 of 3\)\.\n$/)
    const health = await scripts.run('ollama-model-health')
    expect(health.status).toBe(1)
    expect(health.stdout).toContain(`${TEST_MODEL} answers.`)
    expect(health.stderr).toContain(`${named('nowhere:1')} is not on this machine: systemctl start ollama-pull-models`)
    expect(health.stderr).toMatch(/\(2 of 3\)\.\n$/)
  })

  it('need a registry without TLS to be named as one', async () => {
    const scripts = await ollamaScripts(port, { models: [named('other:1')] })
    const { status, stderr } = await scripts.run('ollama-pull-models')
    expect(status).toBe(1)
    expect(stderr).toMatch(/cannot be pulled: .*(https|HTTP response to HTTPS client|insecure)/i)
  })
})

describe.skipIf(!canRun)('the scripts of Ollama, without one', () => {
  it('say that nothing answers', async () => {
    const scripts = await ollamaScripts(await freePort(), { models: ['llama3.2:3b'] })
    const health = await scripts.run('ollama-health')
    expect(health.status).toBe(1)
    expect(health.stderr).toMatch(/^Ollama does not answer at http:\/\/127\.0\.0\.1:\d+ within 5 s: curl: \(7\)/)
    const pull = await scripts.run('ollama-pull-models')
    expect(pull.status).toBe(1)
    expect(pull.stderr).toMatch(/llama3\.2:3b cannot be pulled: Ollama does not answer at http/)
    expect((await scripts.run('ollama-model-health')).status).toBe(1)
  })

  it('say that something else answers', async () => {
    const { port } = await serve(() => '<html>Welcome</html>')
    const { status, stderr } = await (await ollamaScripts(port)).run('ollama-health')
    expect(status).toBe(1)
    expect(stderr).toMatch(/^Something else than Ollama answers at .*<html>/)
  })

  it('do not wait for ever on a model that is silent, nor take nothing for an answer', async () => {
    const show = '{"capabilities":["completion"]}'
    const silent = await serve((path) => (path === '/api/show' ? show : null))
    const validation = { models: ['m'], modelValidation: { timeout: '1s' } }
    const first = await (await ollamaScripts(silent.port, validation)).run('ollama-model-health')
    expect(first.status).toBe(1)
    expect(first.stderr).toContain('silent for 1 s')
    const empty = await serve((path) => (path === '/api/show' ? show : '{"response":"","done":true}\n'))
    const second = await (await ollamaScripts(empty.port, validation)).run('ollama-model-health')
    expect(second.status).toBe(1)
    expect(second.stderr).toContain('m does not work: it says nothing')
  })

  it('lets a model embed that does nothing else', async () => {
    const { port } = await serve((path) =>
      path === '/api/show' ? '{"capabilities":["embedding"]}' : path === '/api/embed' ? '{"embeddings":[[0.1]]}' : '{}',
    )
    const { status, stdout } = await (await ollamaScripts(port, { models: ['m'] })).run('ollama-model-health')
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'm answers.\nEvery declared model answers (1).\n' })
  })
})

describe.skipIf(!canRun)('the scripts about disks', () => {
  const disk = async (warnPercent: number, dataDir = folder) =>
    (await ollamaScripts(11434, { dataDir, diskMonitoring: { warnPercent } })).run('ollama-disk-monitor')

  it('say how full the disk of the models is, and fail at the limit', async () => {
    const used = Number(/(\d+) % full/.exec((await disk(100)).stdout)?.[1])
    expect(used).toBeGreaterThan(0)
    expect(await disk(used + 1)).toMatchObject({ status: 0, stderr: '' })
    const full = await disk(used)
    expect(full.status).toBe(1)
    expect(full.stderr).toMatch(
      new RegExp(`^The disk of ${folder} is ${used} % full, \\S+B left: the limit is ${used} %\\.`),
    )
    const gone = await disk(80, '/srv/not there')
    expect(gone.status).toBe(1)
    expect(gone.stderr).toMatch(/^The disk of \/srv\/not there cannot be looked at: .*No such file/)
  })

  it('remove the rests of downloads after a week, and nothing else', async () => {
    const dataDir = join(folder, 'ollama data')
    const blobs = join(dataDir, 'models', 'blobs')
    mkdirSync(blobs, { recursive: true })
    const weeks = new Date(Date.now() - 15 * 86_400_000)
    for (const name of ['sha256-aa', 'sha256-bb-partial', 'sha256-bb-partial-0', 'sha256-cc-partial'])
      writeFileSync(join(blobs, name), '')
    for (const name of ['sha256-aa', 'sha256-bb-partial', 'sha256-bb-partial-0'])
      utimesSync(join(blobs, name), weeks, weeks)
    const scripts = await ollamaScripts(11434, { dataDir })
    expect(await scripts.run('ollama-retention')).toMatchObject({ status: 0, stderr: '' })
    expect(readdirSync(blobs).sort()).toEqual(['sha256-aa', 'sha256-cc-partial'])
    const none = await ollamaScripts(11434, { dataDir: '/srv/not there' })
    expect(await none.run('ollama-retention')).toMatchObject({ status: 0, stdout: 'There are no models yet.\n' })
  })

  it('remove spoken texts of Open WebUI after a month, and nothing else', async () => {
    const dataDir = join(folder, 'open webui')
    const [speech, uploads] = [join(dataDir, 'cache/audio/speech'), join(dataDir, 'uploads')]
    const month = new Date(Date.now() - 32 * 86_400_000)
    for (const place of [speech, uploads]) {
      mkdirSync(place, { recursive: true })
      for (const name of ['old', 'new']) writeFileSync(join(place, name), '')
      utimesSync(join(place, 'old'), month, month)
    }
    const scripts = await scriptsOf({ 'open-webui': { enable: true, dataDir } })
    expect(await scripts.run('open-webui-retention')).toMatchObject({ status: 0, stderr: '' })
    expect(readdirSync(speech)).toEqual(['new'])
    expect(readdirSync(uploads).sort()).toEqual(['new', 'old'])
  })
})

describe.skipIf(!canRun)('what Open WebUI is told', () => {
  const SECRET = 'key with "quotes" and $dollars'
  const tools = {
    wiki: { url: 'http://wiki.lan', keyFile: '/run/secrets/wiki', description: "It's ${here}", access: 'public' },
    mcp: { url: 'http://mcp.lan/mcp', type: 'mcp', authType: 'none', access: 'private' },
    family: { url: 'http://x.lan', path: 'api.json', authType: 'session', enable: false, access: ['family'] },
  }

  it('is its secret, made once, and the tool servers in the very form that the app writes', async () => {
    const [state, runtime, credentials] = ['state', 'runtime', 'credentials'].map((name) => {
      mkdirSync(join(folder, name), { recursive: true })
      return join(folder, name)
    }) as [string, string, string]
    // Sorted by name: the key of the third one.
    writeFileSync(join(credentials, 'tool-2'), `${SECRET}\n`)
    const scripts = await scriptsOf({ 'open-webui': { enable: true, tools } })
    const env = { STATE_DIRECTORY: state, RUNTIME_DIRECTORY: runtime, CREDENTIALS_DIRECTORY: credentials }
    const read = async () => {
      expect(await scripts.run('open-webui-prepare', env)).toMatchObject({ status: 0, stderr: '' })
      const lines = readFileSync(join(runtime, 'environment'), 'utf8').trimEnd().split('\n')
      return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2))) as Record<string, string>
    }
    const first = await read()
    expect(first['WEBUI_SECRET_KEY']).toMatch(/^[\w+/]{64}$/)
    expect((await read())['WEBUI_SECRET_KEY']).toBe(first['WEBUI_SECRET_KEY'])
    expect(statSync(join(state, 'secret-key')).size).toBe(64)
    const base = {
      path: 'openapi.json',
      type: 'openapi',
      auth_type: 'bearer',
      key: '',
      enabled: true,
      description: '',
    } as const
    const expected = [
      {
        ...base,
        id: 'family',
        name: 'family',
        url: tools.family.url,
        path: 'api.json',
        auth_type: 'session',
        enabled: false,
        access: [],
      },
      { ...base, id: 'mcp', name: 'mcp', url: tools.mcp.url, path: '', type: 'mcp', auth_type: 'none', access: [] },
      {
        ...base,
        id: 'wiki',
        name: 'wiki',
        url: tools.wiki.url,
        key: SECRET,
        description: tools.wiki.description,
        access: 'public',
      },
    ] as const
    expect(JSON.parse(first['TOOL_SERVER_CONNECTIONS'] ?? '')).toEqual(
      expected.map((connection) => writeConnection(connection, 'grants')),
    )
  })
})
