/** Judged by the real Prometheus and its promtool: `apt-get install prometheus`. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import * as z from 'zod'
import { freePort } from '../../scripts/lib/free-port.mjs'
import { silentLogger } from '../logging/index.ts'
import { smallServer } from '../mcp/gateway/testing/harness.ts'
import { type RunningServer, startServer } from '../server/index.ts'
import { alertRules, ALERTS, JOB } from './alerts.ts'
import { PANELS } from './dashboard.ts'

const installed = ['prometheus', 'promtool'].every((name) => spawnSync(name, ['--version']).status === 0)

it.skipIf(process.env['CI'] === undefined)('Prometheus is there where CI is set', () => {
  expect(installed).toBe(true)
})

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hwc-ai-prometheus-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

describe.runIf(installed)('promtool', () => {
  it('takes the alert rules', async () => {
    const file = join(folder, 'rules.yml')
    await writeFile(file, alertRules())
    expect(execFileSync('promtool', ['check', 'rules', '--lint-fatal', file], { encoding: 'utf8' })).toContain(
      `${ALERTS.length} rules found`,
    )
  })

  it.each(ALERTS.map((rule) => [rule.name, rule] as const))(
    '%s fires and resolves',
    async (name, { severity, summary, description, story }) => {
      const rules = join(folder, 'rules.yml')
      await writeFile(rules, alertRules())
      const labels = { severity, ...story.labels }
      const said = (text: string) =>
        text.replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => story.labels?.[label] ?? '')
      const fires = { exp_labels: labels, exp_annotations: { summary: said(summary), description } }
      const test = {
        rule_files: [rules],
        evaluation_interval: '1m',
        tests: [
          {
            interval: '1m',
            input_series: story.series,
            alert_rule_test: [
              { eval_time: story.firesAt, alertname: name, exp_alerts: [fires] },
              { eval_time: story.resolvedAt, alertname: name, exp_alerts: [] },
            ],
          },
        ],
      }
      const file = join(folder, `${name}.yml`)
      await writeFile(file, stringify(test))
      const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' })
      expect(`${stdout}${stderr}`).toContain('SUCCESS')
      expect(status).toBe(0)
    },
  )
})

const answer = z.object({ status: z.literal('success'), data: z.object({ result: z.array(z.unknown()) }) })
const alerts = z.object({
  data: z.object({ alerts: z.array(z.object({ labels: z.record(z.string(), z.string()), state: z.string() })) }),
})

describe.runIf(installed)('a real Prometheus that scrapes a running app', () => {
  let server: RunningServer
  let prometheus: ChildProcess
  let url: string
  let chat: Server
  let chatPort: number
  let key: string
  let log = ''

  const query = async (expr: string) => {
    const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`)
    return answer.parse(await response.json()).data.result
  }
  const firing = async (check: string) => {
    const { data } = alerts.parse(await (await fetch(`${url}/api/v1/alerts`)).json())
    return data.alerts.some(
      ({ labels, state }) =>
        labels['alertname'] === 'HwcAiCheckDown' && labels['check'] === check && state === 'firing',
    )
  }
  const until = async (what: string, condition: () => Promise<boolean>) => {
    const deadline = Date.now() + 60_000
    while (!(await condition().catch(() => false))) {
      if (Date.now() > deadline) throw new Error(`${what} did not come about\n${log}`)
      await sleep(200)
    }
  }
  const openChat = async () => {
    chat = createServer((_request, response) => response.end('{"status":true}'))
    chat.listen(chatPort, '127.0.0.1')
    await once(chat, 'listening')
  }
  const closeChat = async () => {
    chat.closeAllConnections()
    await new Promise((resolve) => chat.close(resolve))
  }

  /** Runs as the command line would record them. */
  const record = (n: number) =>
    server.core.store.bulkInsert(
      'runs',
      [
        'id',
        'workflow',
        'operation',
        'status',
        'input_digest',
        'principal',
        'owner',
        'started_at',
        'ended_at',
        'duration_ms',
        'prompt_tokens',
        'completion_tokens',
      ],
      [
        [
          `run_${n}`,
          'journaling',
          'write_journal',
          'succeeded',
          '',
          'p',
          'o',
          new Date().toISOString(),
          new Date().toISOString(),
          40,
          10,
          20,
        ],
      ],
    )

  /** A call of a tool through the gateway, as a client would make it. */
  const callTool = async () => {
    const response = await fetch(`${server.url}/mcp/small/echo`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"text":"hello"}',
    })
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('hello')])
  }

  beforeAll(async () => {
    chatPort = await freePort()
    await openChat()
    const config = {
      'open-webui': { enable: true, port: chatPort },
      mcp: { enable: true, proxy: { enable: false }, servers: { small: smallServer({ shared: true }) } },
      health: {
        startDelay: '100ms',
        interval: '1s',
        timeout: '500ms',
        notifiers: { nobody: { url: `http://127.0.0.1:${String(await freePort())}` } },
      },
    }
    server = await startServer({
      env: { HWC_AI_STATE: join(folder, 'state'), HWC_AI_PORT: '0', HWC_AI_CONFIG: JSON.stringify(config) },
      pagesDir: null,
      log: silentLogger,
      print: () => undefined,
    })
    server.core.metrics.setModels(() =>
      Promise.resolve([{ model: 'gemma3-270m', available: true, tokensPerSecond: 30 }]),
    )
    key = (await server.core.keys.create('client', ['mcp'], null)).secret
    await writeFile(join(folder, 'rules.yml'), alertRules())
    const prometheusConfig = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [join(folder, 'rules.yml')],
      scrape_configs: [{ job_name: JOB, static_configs: [{ targets: [new URL(server.url).host] }] }],
    }
    await writeFile(join(folder, 'prometheus.yml'), stringify(prometheusConfig))
    const port = String(await freePort())
    url = `http://127.0.0.1:${port}`
    prometheus = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    prometheus.stderr?.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-5000)))
  })

  afterAll(async () => {
    if (prometheus.exitCode === null) {
      prometheus.kill('SIGTERM')
      await once(prometheus, 'exit')
    }
    await closeChat()
    await server.close()
  })

  it('promtool finds nothing to complain about in what the app says', async () => {
    await fetch(`${server.url}/api/health`)
    await callTool()
    const text = await (await fetch(`${server.url}/metrics`)).text()
    const { status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
    expect(`${stdout}${stderr}`).toBe('')
    expect(status).toBe(0)
  })

  it('a real failure raises its alert, which resolves when it is over', async () => {
    await until('the scrape', async () => (await query(`up{job="${JOB}"} == 1`)).length === 1)
    await until(
      'a well check',
      async () => (await query('hwc_ai_check_state{check="open-webui",state="ok"} == 1')).length === 1,
    )
    expect(await firing('open-webui')).toBe(false)
    await closeChat()
    await until('the alert', () => firing('open-webui'))
    await openChat()
    await until('the end of the alert', async () => !(await firing('open-webui')))
  })

  it.each(PANELS.flatMap(({ title, queries }) => queries.map(({ expr, legend }) => [title, legend, expr] as const)))(
    'the dashboard’s "%s" (%s) has an answer',
    async (_title, _legend, expr) => {
      let n = performance.now()
      await until(`an answer to ${expr}`, async () => {
        await record((n += 1))
        await fetch(`${server.url}/api/health`)
        await callTool()
        return (await query(expr.replaceAll('$__rate_interval', '10s'))).length > 0
      })
    },
  )
})
