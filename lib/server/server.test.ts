import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/lib/free-port.mjs'
import { silentLogger } from '../logging/index.ts'
import { type RunningServer, startServer } from './index.ts'

const KEY = 'owner-key-0123456789abcdef'
const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-server-'))
const env = { HWC_AI_STATE: join(folder, 'state'), HWC_AI_PORT: '0', HWC_AI_API_KEY_FILE: join(folder, 'key') }
let server: RunningServer

beforeAll(async () => {
  writeFileSync(env.HWC_AI_API_KEY_FILE, KEY)
  server = await startServer({ env, pagesDir: null, log: silentLogger, print: () => undefined })
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const port = () => Number(new URL(server.url).port)

/** Sends raw bytes and gives back what the server says until it closes or has answered. */
function raw(...parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port(), '127.0.0.1')
    let answer = ''
    socket.on('data', (data) => {
      answer += data.toString('latin1')
      if (answer.includes('\r\n\r\n')) socket.end()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)))
    for (const part of parts) socket.write(part)
  })
}

const post = (headers: string) =>
  `POST /api/keys HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${KEY}\r\nContent-Type: application/json\r\n${headers}\r\n\r\n`

describe('the server', () => {
  it('refuses a gigabyte that is announced, at once', async () => {
    expect(await raw(post('Content-Length: 1000000000'), '{"name":"')).toMatch(/^HTTP\/1.1 413 /)
  })

  it('refuses a gigabyte that comes in chunks, as soon as it is too much', async () => {
    const chunk = Buffer.from(`100000\r\n${' '.repeat(0x100000)}\r\n`)
    expect(await raw(post('Transfer-Encoding: chunked'), ...Array.from({ length: 64 }, () => chunk))).toMatch(
      /^HTTP\/1.1 413 /,
    )
  })

  it('takes a body of 1 MB and says what is wrong with it', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(1_000_000) })
    const response = await fetch(`${server.url}/api/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body,
    })
    expect(response.status).toBe(422)
  })

  it('understands the longest path that an address may carry', async () => {
    const directory = '𓌛'.repeat(2048)
    const response = await fetch(`${server.url}/api/nix/preview?directory=${encodeURIComponent(directory)}`, {
      headers: { authorization: `Bearer ${KEY}` },
    })
    expect(response.status).toBe(422)
    expect(response.headers.get('content-type')).toContain('problem+json')
  })

  it('answers others while 64 clients send their requests slowly', async () => {
    const slow = Array.from({ length: 64 }, () => {
      const socket = connect(port(), '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write('POST /api/keys HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n')
      return socket
    })
    const dripping = setInterval(() => slow.forEach((socket) => socket.write('x')), 20)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => fetch(`${server.url}/api/health`).then((r) => r.status)),
    )
    clearInterval(dripping)
    slow.forEach((socket) => socket.destroy())
    expect(answers.every((status) => status === 200)).toBe(true)
  })

  it.each([
    '/api/runs/..%2f..%2fetc%2fpasswd',
    '/api/runs/%00',
    '/api/runs/%ff%fe',
    '/api/%2e%2e/keys',
    '//evil.example/api/health',
  ])('answers %s without an internal error', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${KEY}\r\n\r\n`)
    expect(Number(answer.split(' ')[1])).toBeLessThan(500)
    expect(Number(answer.split(' ')[1])).toBeGreaterThanOrEqual(400)
  })

  it('lets no second server run on its state', async () => {
    const { spawnSync } = await import('node:child_process')
    const second = spawnSync(process.execPath, ['server.ts'], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
      timeout: 20_000,
    })
    expect(second.status).toBe(5)
    expect(second.stderr).toContain('A server already runs on')
  })

  it('tells every fault of its settings before it starts', async () => {
    const broken = {
      HWC_AI_STATE: join(folder, 'other'),
      HWC_AI_CONFIG: '{"ollama":{"prot":1},"local-workflows":{"api":{"port":"x"}}}',
    }
    await expect(
      startServer({ env: broken, pagesDir: null, log: silentLogger, print: () => undefined }),
    ).rejects.toMatchObject({
      code: 'settings-invalid',
      faults: [{ path: 'ollama.prot' }, { path: 'local-workflows.api.port' }],
    })
  })

  it('leaves nothing running when its start fails after it listens', async () => {
    const state = join(folder, 'damaged')
    const broken = { HWC_AI_STATE: state, HWC_AI_PORT: String(await freePort()) }
    const begin = () => startServer({ env: broken, pagesDir: null, log: silentLogger, print: () => undefined })
    await (await begin()).close()
    const database = new Database(join(state, 'hwc-ai.sqlite'))
    database.exec('ALTER TABLE first_run_links RENAME TO gone')
    await expect(begin()).rejects.toThrow('first_run_links')
    await expect(fetch(`http://127.0.0.1:${broken.HWC_AI_PORT}/api/health`)).rejects.toThrow()
    database.exec('ALTER TABLE gone RENAME TO first_run_links')
    database.close()
    await (await begin()).close()
  })

  it('prints a first-run link only while nobody can sign in', async () => {
    const lines: string[] = []
    const fresh = await startServer({
      env: { HWC_AI_STATE: join(folder, 'fresh'), HWC_AI_PORT: '0' },
      pagesDir: null,
      log: silentLogger,
      print: (line) => lines.push(line),
    })
    await fresh.close()
    expect(lines.join('\n')).toMatch(/\/first-run#first_[\w-]{43}/)
  })
})
