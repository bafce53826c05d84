import { describe, expect, it } from 'vitest'
import type { HealthCheck, HealthStatus, Run, Status } from '#app/_client/types.ts'
import { attentions, healthAttention } from './attention.ts'

const status = (
  change: Partial<Status['backend']> = {},
  models: Status['models'] = { a: { name: 'a', status: 'available', size: null, size_bytes: null } },
): Status => ({
  version: '1',
  workflows: {},
  models,
  backend: {
    id: 'ollama',
    endpoint: 'http://127.0.0.1:11434',
    status: 'ok',
    detail: null,
    running: 0,
    waiting: 0,
    ...change,
  },
  uptime_seconds: 1,
  requests_processed: 1,
})

const run = (id: string, operation: string, state: Run['status']): Run => ({
  id,
  workflow: 'w',
  operation,
  status: state,
  input: null,
  error: null,
  engine: null,
  model: null,
  prompt_tokens: 0,
  completion_tokens: 0,
  principal: 'admin',
  started_at: '2026-01-01T00:00:00Z',
  ended_at: null,
  duration_ms: null,
})

const ids = (s: Status, runs: Run[] = [], disk = { free: 50, total: 100 }) =>
  attentions(s, runs, [], {}, disk).map(({ id }) => id)

const check = (title: string, state: HealthStatus): HealthCheck => ({
  id: title,
  title,
  status: state,
  since: '2026-01-01T00:00:00Z',
  expected: '',
  actual: '',
  hint: null,
  last_status: state,
  last_at: null,
  duration_ms: 1,
  interval_ms: 1,
  overdue: false,
  public: false,
  uptime_24h: 1,
  uptime_7d: 1,
  uptime_90d: 1,
  hours: '',
  days: '',
})

describe('what needs the person', () => {
  it('is nothing when all is well', () => {
    expect(ids(status(), [run('1', 'plan', 'succeeded'), run('2', 'plan', 'failed')])).toEqual([])
  })

  it('is a failure that nothing since made good, worst first', () => {
    expect(
      ids(status({ status: 'unreachable' }), [run('1', 'plan', 'failed'), run('2', 'chat', 'interrupted')], {
        free: 1,
        total: 100,
      }),
    ).toEqual(['disk', '1', '2', 'backend'])
  })

  it('is a backend without models, but not the engine that needs none', () => {
    expect(ids(status({}, {}))).toEqual(['models'])
    expect(ids(status({ id: 'built-in' }, {}))).toEqual([])
  })

  it('is one line on the checks that are not well, and none on those that cannot be told', () => {
    expect(healthAttention({ checks: [check('A', 'ok'), check('B', 'unknown')] })).toEqual([])
    const [line, ...more] = healthAttention({ checks: [check('A', 'degraded'), check('B', 'down'), check('C', 'ok')] })
    expect([line?.tone, line?.title, line?.link?.href]).toEqual(['bad', 'B and A are not well.', '/health'])
    expect(more).toEqual([])
  })
})
