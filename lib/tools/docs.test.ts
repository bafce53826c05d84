/** docs/tools.md is made here, from the definitions and from real calls; `vitest run lib/tools/docs.test.ts -u` writes it. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { afterAll, expect, it } from 'vitest'
import { authorize } from '../http/guard.ts'
import { createCore } from '../core/index.ts'
import { registry } from '../core/registry.ts'
import { silentLogger } from '../logging/index.ts'
import type { Principal } from '../operations/types.ts'
import { runningAnswer } from './answer.ts'
import { callTool, ToolFailure } from './call.ts'
import { type Tool, toolsOf } from './list.ts'

const PAGE = new URL('../../docs/tools.md', import.meta.url)
const NOW = new Date('2026-03-31T12:00:00Z')
const BASE = 'http://127.0.0.1:6021'
const link = (path: string) => BASE + path

const home = mkdtempSync(join(tmpdir(), 'hwc-ai-docs-'))
const downloads = join(home, 'Downloads')
mkdirSync(downloads)
const write = (path: string, text: string | Buffer) => {
  writeFileSync(path, text)
  utimesSync(path, NOW, NOW)
}
const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de', 'hex')
write(join(downloads, 'invoice.pdf'), '%PDF-1.7\n')
write(join(downloads, 'Screenshot 2026-03-30.png'), PNG)
write(join(downloads, 'beach.png'), PNG.subarray(0, 30))
write(join(downloads, 'notes.txt'), 'Milk, bread.\n')
write(join(downloads, 'big.iso.part'), 'half of it')
write(
  join(home, 'sum.ts'),
  '/** Adds two numbers. */\nexport const sum = (a: number, b: number) => a + b\n\nexport const half = (n: number) => n / 2\n',
)
write(
  join(home, 'backup.log'),
  [
    '10:00:00 INFO backup started',
    '10:02:00 ERROR disk /dev/sdb1: write failed',
    '10:02:05 ERROR disk /dev/sdc1: write failed',
    '10:05:00 INFO backup done',
  ]
    .map((line) => `2026-03-31T${line.replace(' ', 'Z ')}\n`)
    .join(''),
)

const core = await createCore({
  env: {
    HOME: home,
    TZ: 'UTC',
    HWC_AI_STATE: join(home, 'state'),
    HWC_AI_CONFIG: JSON.stringify({
      'local-workflows': {
        fileCleanup: { watchDirs: [downloads] },
        autoDoc: { allowedDirs: [home] },
        journaling: { outputDir: join(home, 'journal'), sources: [], logFiles: [join(home, 'backup.log')] },
        ollamaEndpoint: 'http://127.0.0.1:9',
      },
    }),
  },
  log: silentLogger,
  now: () => NOW,
})
afterAll(async () => {
  await core.close()
  rmSync(home, { recursive: true })
})

const tools = toolsOf(registry)
const principal: Principal = { kind: 'key', id: 'key', name: 'Open WebUI', scopes: ['read', 'run', 'apply'] }

function toolNamed(name: string): Tool {
  const tool = tools.find((one) => one.name === name)
  if (tool === undefined) throw new Error(`no tool ${name}`)
  return tool
}

/** What differs from run to run, and from machine to machine. */
const steady = (text: string) =>
  text
    .replaceAll(home, '/home/eric')
    .replace(/\b(plan|run|doc)_[0-9a-z]{10,}/g, '$1_01k…')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-03-31T12:00:00.000Z')

const json = (value: unknown) => ['```json', steady(JSON.stringify(value, null, 2)), '```'].join('\n')

/** A tool as a model is offered it. */
function definition(name: string): string {
  const tool = toolNamed(name)
  return json({ name, description: tool.describe(core.settings), parameters: tool.schema })
}

/** A real call and its answer. */
async function exchange(name: string, args: Record<string, unknown>) {
  const called = await callTool(core, {
    tool: toolNamed(name),
    args,
    principal,
    face: 'openapi',
    link,
    waitMs: 60_000,
    authorize,
  }).catch((error: unknown) => error)
  const value = called instanceof ToolFailure ? { error: called.error.message, hint: called.error.hint } : called
  const answer = typeof value === 'object' && value !== null && 'answer' in value ? value.answer : value
  const text = `The model calls \`${name}\` with \`${steady(JSON.stringify(args))}\` and is answered:\n\n${json(answer)}`
  const plan = /plan_[0-9a-z]{10,}/.exec(JSON.stringify(answer))?.[0]
  return { text, plan: plan ?? '' }
}

const row = ({ name, schema, operation, annotations }: Tool) => {
  const given = Object.keys(schema.properties).map((key) =>
    schema.required.includes(key) ? `\`${key}\`` : `\`${key}\`?`,
  )
  const changes = annotations.readOnlyHint ? 'nothing' : annotations.destructiveHint ? 'moves files' : 'writes an entry'
  return `| \`${name}\` | ${given.join(', ')} | \`${operation.scope}\` | ${changes} |`
}

async function page(): Promise<string> {
  const planned = await exchange('plan_file_cleanup', { directory: downloads })
  const applied = await exchange('apply_file_cleanup', { plan_id: planned.plan })
  const undone = await exchange('undo_file_cleanup', { plan_id: planned.plan })
  const journal = await exchange('write_journal', { time_range: '24h' })
  const documented = await exchange('document_source_file', { file_path: join(home, 'sum.ts') })
  const refused = await exchange('plan_file_cleanup', { directory: '/etc' })
  const long = runningAnswer(
    'run_01k9x3m2p4h7tq5w8y1n6c0b2d',
    [{ type: 'progress', done: 4200, total: 9000, unit: 'files', message: 'Looking into the files' }],
    link,
  )
  return `<!-- Made by lib/tools/docs.test.ts from the definitions and from real calls; \`npx vitest run lib/tools/docs.test.ts -u\` writes it anew. -->

# The workflows as tools of a model

A model uses the workflows through tools: few flat arguments, a description that says when to use the tool and when not, an
answer of at most 4 KB with a link to the whole. A tool is an operation that has a face for models (\`tool\` in its
definition); everything below is derived from it.

## Where they are

| for                                       | address                          | who may                                                                      |
| ----------------------------------------- | -------------------------------- | ---------------------------------------------------------------------------- |
| Open WebUI, and whatever speaks OpenAPI   | \`/api/tools\`, \`openapi.json\` in it | a key with the scope of each operation; the document needs \`read\`           |
| MCP over Streamable HTTP                  | \`/mcp/workflows\`                 | a key with the scope of each operation; \`mcp:workflows\` holds \`read\` and \`run\` |
| MCP on standard input and output          | \`hwc-ai mcp serve\`               | whoever may start it; reads only in the allowed folders                      |

A key is sent as \`Authorization: Bearer KEY\`. At \`/mcp/workflows\` it may also be the password of basic authentication, where
\`mcp.reverseProxy.authType\` is \`basic\`; a key is needed there whatever that setting says. A key is shown only what it may
call. No scope of MCP holds \`apply\`: whoever may move files is given it by name.

## What there is

| tool | arguments (? may be left out) | scope | changes |
| ---- | ----------------------------- | ----- | ------- |
${tools.map(row).join('\n')}

## How they answer

- \`status: "done"\`: the work is done, \`result\` is it in short, \`link\` shows the whole, \`run_id\` is its entry in the history.
- \`status: "running"\`: it takes longer than \`open-webui.toolTimeout\` allows and goes on by itself; \`wait_for_run\` gives the
  answer later. A caller that leaves before that cancels the run.
- \`link\` begins with the address that the tool was called at. When that is one which only Open WebUI can open, such as a
  container's name for this machine, set \`open-webui.selfUrl\` to one that people's browsers can open too. Behind a proxy
  that ends TLS the link begins with https when \`open-webui.selfUrl\` does, or when the proxy sends \`X-Forwarded-Proto\` and the
  name that it asks for is in \`local-workflows.api.allowedHosts\`. No header makes it lead to another host.
- An error says what is wrong and what the model should do: over OpenAPI as problem+json with its status, over MCP as a result
  with \`isError\`.

Arguments may come as JSON body or in the query, numbers and booleans also as text, and empty ones count as left out. The
document puts the arguments of tools that need none into the query: Open WebUI 0.6 refuses to send an empty body.

## “Tidy my downloads”

The model is offered, among the others, these three. The allowed folders stand in the description, so that it need not ask for
the path.

${definition('plan_file_cleanup')}

${definition('apply_file_cleanup')}

${definition('undo_file_cleanup')}

${planned.text}

It shows that to the person and asks. After a yes:

${applied.text}

And if they change their mind:

${undone.text}

## “What happened on this machine today?”

${definition('write_journal')}

${journal.text}

## “Document this file”

${definition('document_source_file')}

${documented.text}

## When it takes longer

A call that has not ended within \`open-webui.toolTimeout\` is answered with the run that it began:

${json(long)}

${definition('wait_for_run')}

\`wait_for_run\` answers as the first call would have, or once more that it is running.

## When it may not

${refused.text}
`
}

it('docs/tools.md shows the tools as they are, and what they really answer', { timeout: 60_000 }, async () => {
  const text = await format(await page(), { ...(await resolveConfig(PAGE)), parser: 'markdown' })
  expect(text).not.toContain(home)
  await expect(text).toMatchFileSnapshot(PAGE.pathname)
})
