import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { LOCAL_PRINCIPAL } from '#lib/auth/index.ts'
import { type Core, createCore } from '#lib/core/index.ts'
import { createApi } from '#lib/http/app.ts'
import { silentLogger } from '#lib/logging/index.ts'
import { diffSchema, exportSchema, importSchema, lintSchema, migrationSchema, previewSchema } from './schemas.ts'

const OWNER = 'owner-key-0123456789abcdef'

let base = ''
let core: Core
let app: ReturnType<typeof createApi>

async function open(config: unknown = {}, more: Record<string, string> = {}): Promise<void> {
  const keyFile = join(base, 'key')
  writeFileSync(keyFile, OWNER)
  core = await createCore({
    env: {
      HOME: base,
      HWC_AI_STATE: join(base, 'state'),
      HWC_AI_API_KEY_FILE: keyFile,
      HWC_AI_CONFIG: JSON.stringify(config),
      ...more,
    },
    log: silentLogger,
  })
  app = createApi(core)
}

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'hwc-nix-'))
})
afterEach(async () => {
  await core.close()
  rmSync(base, { recursive: true, force: true })
})

async function ask(method: string, path: string, body?: unknown): Promise<Response> {
  const text = body === undefined ? null : JSON.stringify(body)
  const headers = { host: '127.0.0.1:6021', authorization: `Bearer ${OWNER}`, 'content-type': 'application/json' }
  return app.request(`http://127.0.0.1:6021${path}`, {
    method,
    headers: text === null ? headers : { ...headers, 'content-length': String(Buffer.byteLength(text)) },
    body: text,
  })
}

async function answer<S extends z.ZodType>(
  schema: S,
  method: string,
  path: string,
  body?: unknown,
): Promise<z.output<S>> {
  const response = await ask(method, path, body)
  expect([response.status, response.status === 200 ? '' : await response.text()]).toEqual([200, ''])
  return schema.parse(await response.json())
}

/** Status and code of a refusal. */
async function code(asked: Promise<Response>): Promise<[number, string]> {
  const response = await asked
  const problem = (await response.json()) as { code: string }
  return [response.status, problem.code]
}

const query = (values: Record<string, string>) => `?${new URLSearchParams(values).toString()}`

describe('the Nix export over HTTP', () => {
  it('is previewed, written, compared after a setting has changed, and written again', async () => {
    await open()
    const first = await answer(previewSchema, 'GET', '/api/nix/preview')
    expect(first).toMatchObject({ exists: false, exported_version: null, directory: join(base, 'state/nix-export') })
    expect(first.counts.new).toBe(first.files.length)
    expect(await answer(exportSchema, 'POST', '/api/nix/export', {})).toMatchObject({ complete: true, unchanged: 0 })
    expect(await answer(diffSchema, 'GET', '/api/nix/diff')).toMatchObject({ different: false, files: [] })

    await answer(importSchema, 'POST', '/api/nix/import', { config: { ollama: { port: 7001 } }, apply: true })
    const { files } = await answer(diffSchema, 'GET', '/api/nix/diff')
    expect(files.map(({ path, state }) => [path, state])).toEqual([['machines/server/config.nix', 'changed']])
    expect(files[0]?.diff).toMatch(/^\+.*port = 7001;$/m)
    expect(await answer(exportSchema, 'POST', '/api/nix/export', {})).toMatchObject({
      written: ['machines/server/config.nix'],
    })
    expect((await answer(previewSchema, 'GET', '/api/nix/preview')).counts.same).toBe(first.files.length)
  })

  it('leaves a hand edit, and shows it', async () => {
    await open()
    await answer(exportSchema, 'POST', '/api/nix/export', {})
    const file = join(base, 'state/nix-export/machines/server/config.nix')
    writeFileSync(file, `${readFileSync(file, 'utf8')}# mine\n`)
    expect((await answer(previewSchema, 'GET', '/api/nix/preview')).counts.edited).toBe(1)
    await answer(importSchema, 'POST', '/api/nix/import', { config: { ollama: { port: 7001 } }, apply: true })
    const result = await answer(exportSchema, 'POST', '/api/nix/export', {})
    expect(result).toMatchObject({ written: [], complete: false, kept: [{ state: 'conflict' }] })
    expect(readFileSync(file, 'utf8')).toContain('# mine')
    await answer(exportSchema, 'POST', '/api/nix/export', { force: true })
    expect(readFileSync(file, 'utf8')).not.toContain('# mine')
  })

  it('goes only where the settings say', async () => {
    const repo = join(base, 'repo')
    mkdirSync(repo)
    symlinkSync('/', join(repo, 'out'))
    await open({ 'local-workflows': { nixExport: { allowedDirs: [repo] } } })
    for (const directory of [
      base,
      '/etc/nixos',
      `${repo}/../elsewhere`,
      `${repo}/out/etc`,
      join(base, 'state'),
      `${repo}-too`,
    ]) {
      expect(await code(ask('POST', '/api/nix/export', { directory })), directory).toEqual([403, 'path-not-allowed'])
      expect(await code(ask('GET', `/api/nix/diff${query({ directory })}`))).toEqual([403, 'path-not-allowed'])
      expect(await code(ask('POST', '/api/nix/lint', { directory }))).toEqual([403, 'path-not-allowed'])
      expect(await code(ask('POST', '/api/nix/migrate', { directory, write: true }))).toEqual([403, 'path-not-allowed'])
    }
    expect(readdirSync(repo)).toEqual(['out'])
    expect(await code(ask('POST', '/api/nix/export', { directory: 'relative' }))).toEqual([422, 'invalid-input'])
    expect(await code(ask('POST', '/api/nix/import', { file: '/etc/passwd' }))).toEqual([403, 'path-not-allowed'])
    const { complete } = await answer(exportSchema, 'POST', '/api/nix/export', { directory: `${repo}/deep/down` })
    expect([complete, existsSync(`${repo}/deep/down/flake.nix`)]).toEqual([true, true])
  })

  it('is taken along as an archive that tar reads, the same each time', async () => {
    await open()
    const [one, two] = [await ask('GET', '/api/nix/download'), await ask('GET', '/api/nix/download')]
    expect([one.headers.get('content-type'), one.headers.get('content-disposition')]).toEqual([
      'application/gzip',
      `attachment; filename="hwc-ai-nix-${core.version}.tar.gz"`,
    ])
    const bytes = Buffer.from(await one.arrayBuffer())
    expect(bytes.equals(Buffer.from(await two.arrayBuffer()))).toBe(true)
    execFileSync('tar', ['-xz', '-C', base], { input: bytes })
    const { files } = await answer(previewSchema, 'GET', '/api/nix/preview')
    for (const { path } of files) {
      const file = (await (await ask('GET', `/api/nix/file${query({ path })}`)).json()) as { text: string }
      expect(readFileSync(join(base, `hwc-ai-nix-${core.version}`, path), 'utf8')).toBe(file.text)
    }
    expect(await code(ask('GET', `/api/nix/file${query({ path: 'flake.nx' })}`))).toEqual([404, 'not-found'])
  })

  it('is checked by the Charter as it is, and a folder as it lies there', async () => {
    await open()
    expect(await answer(lintSchema, 'POST', '/api/nix/lint', {})).toMatchObject({ directory: null, findings: [] })
    await answer(exportSchema, 'POST', '/api/nix/export', {})
    writeFileSync(join(base, 'state/nix-export/profiles/Mine.nix'), '{ }\n')
    const { errors, findings } = await answer(lintSchema, 'POST', '/api/nix/lint', {
      directory: join(base, 'state/nix-export'),
    })
    expect([errors, findings.map(({ rule }) => rule)]).toEqual([3, [5, 7, 7]])
  })

  it('is not changed over HTTP where Nix sets it', async () => {
    await open({ ollama: { port: 7003 } }, { HWC_AI_CONFIG_FROM: 'nix' })
    expect(await code(ask('PUT', '/api/settings/ollama.port', { value: 7004 }))).toEqual([409, 'conflict'])
    const { settings } = (await (await ask('GET', '/api/settings?q=ollama.port')).json()) as {
      settings: { source: string; locked: boolean }[]
    }
    expect(settings).toMatchObject([{ source: 'nix', locked: true }])
    expect(
      await answer(importSchema, 'POST', '/api/nix/import', { config: { ollama: { port: 7004 } }, apply: true }),
    ).toMatchObject({ changes: [], left: [{ path: 'ollama.port' }] })
  })

  it('only records what changes something', async () => {
    await open()
    await ask('POST', '/api/nix/import', { config: { ollama: { port: 7001 } } })
    const looked = await ask('POST', '/api/nix/import', { config: { ollama: { port: 7001 } }, apply: true })
    expect(looked.headers.get('x-run-id')).not.toBeNull()
    expect((await (await ask('GET', '/api/runs')).json()) as { runs: unknown[] }).toMatchObject({
      runs: [{ operation: 'import_nix' }],
    })
  })
})

describe('the Nix commands', () => {
  it('work wherever the person at the shell may', async () => {
    await open()
    const directory = join(base, 'anywhere/at/all')
    const run = (id: string, input: unknown) =>
      core.start(core.registry.operation(id), input, LOCAL_PRINCIPAL, null).result.then(({ output }) => output)
    expect(exportSchema.parse(await run('export_nix', { directory, force: false, keep: [] }))).toMatchObject({
      directory,
      complete: true,
    })
    writeFileSync(join(directory, 'old.nix'), '{ hwc.server.ai.ollama.enable = true; }\n')
    const migration = migrationSchema.parse(await run('migrate_nix', { directory, write: true }))
    expect(migration).toMatchObject({ written: ['old.nix'] })
    expect(migration.findings.filter(({ file }) => file !== 'old.nix')).toEqual([])
    const file = join(base, 'values.json')
    writeFileSync(file, '{ "router": { "port": 7001 } ')
    await expect(run('import_nix', { file, at: '', apply: false })).rejects.toMatchObject({
      code: 'settings-invalid',
      faults: [{ message: expect.stringMatching(/^line 1, column 30/) as string }],
    })
  })
})
