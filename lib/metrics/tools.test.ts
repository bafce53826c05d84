import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHarness, type Harness, smallServer, toolCall } from '../mcp/gateway/testing/harness.ts'
import { CallFigures, outcomeOf } from './call-figures.ts'

describe('how a call ended', () => {
  it.each([
    [null, 'succeeded'],
    ['tool-error', 'tool-error'],
    ['cancelled', 'cancelled'],
    ['forbidden', 'refused'],
    ['invalid-input', 'refused'],
    ['path-not-allowed', 'refused'],
    ['rpc -32602', 'refused'],
    ['rpc -32000', 'failed'],
    ['http 401', 'failed'],
    ['mcp-server', 'failed'],
    ['mcp-timeout', 'failed'],
    ['no-model-backend', 'failed'],
    ['internal', 'failed'],
    ['constructor', 'failed'],
  ] as const)('%s counts as %s', (error, outcome) => {
    expect(outcomeOf(error)).toBe(outcome)
  })

  it('is one of few, whatever servers answer', () => {
    const figures = new CallFigures()
    for (let n = 0; n < 1000; n++) figures.observe('wiki', `rpc ${n}`, 0.02)
    expect(figures.of('wiki').outcomes).toEqual({
      succeeded: 0,
      'tool-error': 0,
      refused: 0,
      cancelled: 0,
      failed: 1000,
    })
    expect(figures.of('wiki').seconds.read().count).toBe(1000)
  })
})

describe('calls in the app', () => {
  let harness: Harness
  beforeAll(async () => {
    harness = await createHarness({
      servers: {
        small: smallServer({ shared: true, allowedTools: ['echo', 'crash'] }),
        far: { url: 'http://127.0.0.1:9/mcp' },
        off: smallServer({ enable: false }),
      },
    })
  })
  afterAll(() => harness.close())

  const scrape = async () => {
    harness.core.gateway.flush()
    const { body } = await harness.core.metrics.render()
    const lines = body.split('\n').filter((line) => /^hwc_ai_(?:tool|mcp)_/.test(line))
    return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]))
  }

  it('are there from nothing on, for every server that is on', async () => {
    const figures = await scrape()
    for (const server of ['workflows', 'small', 'far'])
      expect(figures.get(`hwc_ai_tool_calls_total{server="${server}",outcome="failed"}`)).toBe(0)
    expect(figures.get('hwc_ai_mcp_processes{server="small"}')).toBe(0)
    expect(figures.get('hwc_ai_mcp_sessions{server="far"}')).toBe(0)
    expect(figures.has('hwc_ai_mcp_processes{server="far"}')).toBe(false)
    expect([...figures.keys()].filter((name) => name.includes('"off"'))).toEqual([])
  })

  it('are counted by server and outcome, with what runs and what crashed', async () => {
    const session = await harness.begin('small')
    await harness.call('small', session, 'echo', { text: 'a' })
    await harness.call('small', session, 'echo', { text: 'b' })
    await harness.post('small', toolCall(8, 'forbidden-tool'), { 'mcp-session-id': session })
    const before = await scrape()
    expect(before.get('hwc_ai_tool_calls_total{server="small",outcome="succeeded"}')).toBe(2)
    expect(before.get('hwc_ai_tool_calls_total{server="small",outcome="refused"}')).toBe(1)
    expect(before.get('hwc_ai_tool_call_duration_seconds_count{server="small"}')).toBe(3)
    expect(before.get('hwc_ai_mcp_processes{server="small"}')).toBe(1)
    expect(before.get('hwc_ai_mcp_sessions{server="small"}')).toBe(1)
    expect(before.get('hwc_ai_mcp_restarts_total{server="small"}')).toBe(0)

    await harness.call('small', session, 'crash')
    const fallen = await scrape()
    expect(fallen.get('hwc_ai_tool_calls_total{server="small",outcome="failed"}')).toBe(1)
    expect(fallen.get('hwc_ai_mcp_processes{server="small"}')).toBe(0)
    await harness.core.gateway.server('small').start()
    expect((await scrape()).get('hwc_ai_mcp_restarts_total{server="small"}')).toBe(1)
  })

  it('of our own tools count as those of workflows', async () => {
    const { secret } = await harness.core.keys.create('reader', ['read'], null)
    const call = (name: string) =>
      harness.fetch(`/api/tools/${name}`, {
        method: 'POST',
        body: '{}',
        headers: { authorization: `Bearer ${secret}` },
      })
    expect((await call('list_health_checks')).status).toBe(200)
    expect((await call('plan_file_cleanup')).status).toBe(403)
    const figures = await scrape()
    expect(figures.get('hwc_ai_tool_calls_total{server="workflows",outcome="succeeded"}')).toBe(1)
    expect(figures.get('hwc_ai_tool_calls_total{server="workflows",outcome="refused"}')).toBe(1)
    expect([...figures.keys()].filter((name) => name.includes('plan_file_cleanup'))).toEqual([])
  })
})
