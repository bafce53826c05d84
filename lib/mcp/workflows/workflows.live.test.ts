/** Judged by the official client of the protocol, over both transports, and by the command line of MCP Inspector. */
import { execFile } from 'node:child_process'
import { copyFile, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { CallToolResultSchema, type Progress } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { silentLogger } from '../../logging/index.ts'
import { loadOf, standsStill, withRealOllama } from '../../providers/real-ollama.ts'
import { type RunningServer, startServer } from '../../server/index.ts'

const CLI = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const PROJECT = fileURLToPath(new URL('../../..', import.meta.url))

const home = await mkdtemp(join(tmpdir(), 'hwc-ai-mcp-live-'))
const downloads = join(home, 'Downloads')
const state = join(home, 'state')

function configWith(ollama: { endpoint: string; model: string } | null): string {
  return JSON.stringify({
    // A model may take its time on a busy machine.
    'open-webui': { toolTimeout: ollama === null ? 20 : 600 },
    'local-workflows': {
      fileCleanup: { watchDirs: [downloads] },
      autoDoc: { allowedDirs: [home] },
      journaling: { outputDir: join(home, 'journal'), sources: ['nixos-rebuilds'] },
      ...(ollama === null
        ? {}
        : {
            ollamaEndpoint: ollama.endpoint,
            chatCli: { model: ollama.model, historyFile: join(home, 'chat.sqlite') },
          }),
    },
  })
}

async function fill(folder: string, files: number): Promise<void> {
  await mkdir(folder, { recursive: true })
  await Promise.all(Array.from({ length: files }, (_, i) => writeFile(join(folder, `note ${i}.txt`), `note ${i}\n`)))
}

let server: RunningServer
let key: string
beforeAll(async () => {
  await fill(downloads, 40)
  await writeFile(
    join(home, 'sum.ts'),
    '/** Adds. */\nexport const sum = (a: number, b: number) => a + b\nexport const bare = 1\n',
  )
  const env = { HOME: home, HWC_AI_STATE: state, HWC_AI_PORT: '0', HWC_AI_CONFIG: configWith(null) }
  server = await startServer({ env, pagesDir: null, log: silentLogger, print: () => undefined })
  key = (await server.core.keys.create('live', ['read', 'run', 'apply'], null)).secret
})
afterAll(async () => {
  await server.close()
  await rm(home, { recursive: true })
})

const overHttp = () =>
  new StreamableHTTPClientTransport(new URL(`${server.url}/mcp/workflows`), {
    requestInit: { headers: { authorization: `Bearer ${key}` } },
  })
const overStdio = () =>
  new StdioClientTransport({
    command: process.execPath,
    // As most clients' documents have it; Inspector starts it with its whole name.
    args: [CLI, 'mcp'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      HWC_AI_STATE: join(home, 'stdio'),
      HWC_AI_CONFIG: configWith(null),
    },
    stderr: 'pipe',
  })

const planned = z.object({
  status: z.literal('done'),
  link: z.string(),
  result: z.object({
    plan_id: z.string(),
    to_move: z.number(),
    examples: z.array(z.string()).min(1),
    next: z.string(),
  }),
})
const moved = z.object({ result: z.object({ moved: z.number(), plan_status: z.string() }) })

describe.each([
  ['Streamable HTTP', overHttp],
  ['standard input and output', overStdio],
] as const)('the official client over %s', (_name, transport) => {
  it('tidies a folder: plan, look, apply, undo; and reads what was made', async () => {
    const client = new Client({ name: 'live', version: '1' })
    await client.connect(transport())
    const call = async (name: string, given: Record<string, unknown>) =>
      (await client.callTool({ name, arguments: given })).structuredContent
    const { tools } = await client.listTools()
    expect(tools).toHaveLength(14)
    expect(tools[0]?.description).toContain(downloads)

    const { result, link } = planned.parse(await call('plan_file_cleanup', { directory: downloads }))
    expect(result.to_move).toBe(40)
    expect(link).toContain(`/cleanup/${result.plan_id}`)
    expect(await readdir(downloads)).toHaveLength(40)

    const page = await call('get_file_cleanup', { plan_id: result.plan_id, offset: 20 })
    expect(page).toMatchObject({ result: { shown: '21 to 40 of 40' } })
    expect(moved.parse(await call('apply_file_cleanup', { plan_id: result.plan_id })).result).toMatchObject({
      moved: 40,
      plan_status: 'applied',
    })
    expect(await readdir(downloads)).toEqual(['Documents'])
    expect(moved.parse(await call('undo_file_cleanup', { plan_id: result.plan_id })).result.plan_status).toBe('undone')
    expect(await readdir(downloads)).toHaveLength(40)

    const seen: Progress[] = []
    const documented = await client.callTool(
      { name: 'document_source_file', arguments: { file_path: join(home, 'sum.ts') } },
      CallToolResultSchema,
      { onprogress: (progress) => seen.push(progress) },
    )
    expect(seen.map(({ message }) => message)).toEqual(expect.arrayContaining(['Reading the file']))
    expect(documented.structuredContent).toMatchObject({
      result: { documented: '1 of 2 exported symbols', undocumented: ['bare'] },
    })
    expect(await call('write_journal', {})).toMatchObject({ status: 'done' })
    const { resources } = await client.listResources()
    expect(new Set(resources.map(({ uri }) => new URL(uri).host))).toEqual(new Set(['journal', 'cleanup', 'document']))
    for (const { uri } of resources) {
      const [content] = (await client.readResource({ uri })).contents
      expect(content !== undefined && 'text' in content && content.text.length).toBeGreaterThan(20)
    }
    const outside = await client.callTool({ name: 'plan_file_cleanup', arguments: { directory: '/etc' } })
    expect(outside).toMatchObject({ isError: true, content: [{ text: expect.stringContaining(downloads) as string }] })
    await client.close()
  })
})

/**
 * The package looks for a package.json two folders up, where the whole Inspector has one, so it is laid out as there.
 * @returns its program
 */
async function layOutInspector(): Promise<string> {
  const root = join(home, 'inspector')
  const from = join(PROJECT, 'node_modules')
  await cp(join(from, '@modelcontextprotocol/inspector-cli/build'), join(root, 'cli/build'), { recursive: true })
  await copyFile(join(from, '@modelcontextprotocol/inspector-cli/package.json'), join(root, 'package.json'))
  await symlink(from, join(root, 'node_modules'))
  return join(root, 'cli/build/index.js')
}

describe('the command line of MCP Inspector', () => {
  let program: string
  beforeAll(async () => {
    program = await layOutInspector()
  })
  const inspect = async (...words: string[]): Promise<unknown> => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...words], { cwd: home })
    return JSON.parse(stdout)
  }
  const http = (...words: string[]) =>
    inspect(`${server.url}/mcp/workflows`, '--transport', 'http', '--header', `Authorization: Bearer ${key}`, ...words)
  const stdio = async (...words: string[]) => {
    const config = join(home, 'config.json')
    await writeFile(config, configWith(null))
    const env = { HOME: home, HWC_AI_STATE: join(home, 'inspected'), HWC_AI_CONFIG: config }
    const server = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    return inspect('env', ...server, process.execPath, CLI, 'mcp', 'serve', ...words)
  }

  it.each([
    ['HTTP', http],
    ['standard input and output', stdio],
  ] as const)('lists and calls over %s', async (_name, run) => {
    expect(await run('--method', 'tools/list')).toMatchObject({ tools: { length: 14 } })
    expect(await run('--method', 'prompts/list')).toMatchObject({ prompts: [{ name: 'tidy_folder' }, {}, {}] })
    expect(await run('--method', 'resources/templates/list')).toMatchObject({ resourceTemplates: { length: 3 } })
    expect(await run('--method', 'resources/list')).toHaveProperty('resources')
    const answer = await run(
      '--method',
      'tools/call',
      '--tool-name',
      'plan_file_cleanup',
      '--tool-arg',
      `directory=${downloads}`,
    )
    expect(answer).toMatchObject({ structuredContent: { status: 'done', result: { to_move: 40 } } })
  })
})

describe('a client that goes away', () => {
  withRealOllama((ollama) => {
    it('stops the model when it cancels', async () => {
      const env = { HOME: home, HWC_AI_STATE: join(home, 'chat'), HWC_AI_PORT: '0', HWC_AI_CONFIG: configWith(ollama) }
      const other = await startServer({ env, pagesDir: null, log: silentLogger, print: () => undefined })
      const secret = (await other.core.keys.create('live', ['mcp:workflows'], null)).secret
      const client = new Client({ name: 'live', version: '1' })
      await client.connect(
        new StreamableHTTPClientTransport(new URL(`${other.url}/mcp/workflows`), {
          requestInit: { headers: { authorization: `Bearer ${secret}` } },
        }),
      )
      const stop = new AbortController()
      const call = client.callTool(
        { name: 'chat', arguments: { message: 'Write a very long story about a lighthouse.' } },
        CallToolResultSchema,
        { signal: stop.signal, timeout: 170_000 },
      )
      call.catch(() => undefined)
      await expect.poll(() => loadOf(ollama), { timeout: 60_000 }).toBeGreaterThan(0.3)
      stop.abort()
      await expect(call).rejects.toThrow()
      await expect
        .poll(async () => (await other.core.runs.list({ limit: 1 }))[0]?.status, { timeout: 60_000 })
        .toBe('cancelled')
      await standsStill(ollama)
      await client.close()
      await other.close()
    })
  })
})
