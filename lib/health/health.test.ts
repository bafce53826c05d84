import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, describe, expect, it } from 'vitest'
import { readBars, readIncidents, readPoints } from './read.ts'
import { settle } from './testing/fake-clock.ts'
import { createHarness, DAY, type Harness, HOUR, MINUTE, says, type Script } from './testing/harness.ts'
import { settingsOf } from './testing/test-settings.ts'

const open: Harness[] = []
async function started(scripts: Record<string, Script>, config: object = {}, file?: string): Promise<Harness> {
  const harness = createHarness(config, scripts, file)
  open.push(harness)
  await harness.start()
  return harness
}
afterEach(async () => {
  for (const harness of open.splice(0)) await harness.close()
})

const phone = { health: { notifiers: { phone: { url: 'http://127.0.0.1:9/' } } } }

describe('when checks run', () => {
  it('the first time two minutes after the start, then within every five', async () => {
    const { clock, runs } = await started({ a: 'ok' })
    await clock.pass(2 * MINUTE - 1)
    expect(runs.get('a')).toBeUndefined()
    await clock.pass(30_000)
    expect(runs.get('a')).toBe(1)
    await clock.pass(20 * MINUTE)
    expect(runs.get('a')).toBe(5)
  })

  it('a check of its own interval keeps it', async () => {
    const { clock, runs } = await started({ a: 'ok', b: 'ok' }, { health: { checks: { b: { interval: '1min' } } } })
    await clock.pass(32 * MINUTE)
    expect(runs.get('a')).toBeLessThanOrEqual(7)
    expect(runs.get('b')).toBeGreaterThanOrEqual(29)
  })

  it('setting the clock on the wall changes nothing but brings every check soon, once', async () => {
    const { clock, runs, lines } = await started({ a: 'ok' })
    await clock.pass(3 * MINUTE)
    for (const jump of [3 * HOUR, -5 * DAY]) {
      const before = runs.get('a') ?? 0
      clock.jump(jump)
      await clock.pass(45_000)
      expect(runs.get('a')).toBe(before + 1)
      await clock.pass(3 * MINUTE)
      expect(runs.get('a')).toBe(before + 1)
    }
    expect(lines.filter(({ jump_ms }) => jump_ms !== undefined)).toHaveLength(2)
  })

  it('one that never ends is down, is not run over itself, and holds up no other', async () => {
    const { clock, runs, statusOf, health } = await started({
      stuck: () => new Promise<never>(() => undefined),
      b: 'ok',
    })
    await clock.pass(23 * MINUTE)
    expect(runs.get('stuck')).toBe(1)
    expect(statusOf('stuck')).toBe('down')
    expect(health.current().find(({ id }) => id === 'stuck')?.actual).toContain('still goes on')
    expect(runs.get('b')).toBe(5)
  })

  it('one that throws cannot tell, and sinks no other', async () => {
    const broken = () => {
      throw new Error('a bug')
    }
    const { clock, statusOf, health } = await started({ broken, b: 'ok' })
    await clock.pass(10 * MINUTE)
    expect(statusOf('broken')).toBe('unknown')
    expect(health.current().find(({ id }) => id === 'broken')?.actual).toBe('the check failed: a bug')
    expect(statusOf('b')).toBe('ok')
  })

  it('a process that was blocked for minutes takes no late answer for a missing one', async () => {
    let finish: () => void = () => undefined
    const slow = () => new Promise<ReturnType<typeof says>>((resolve) => (finish = () => resolve(says('ok'))))
    const { clock, statusOf, health } = await started({ slow }, { health: { failuresBeforeDown: 1 } })
    await clock.pass(2 * MINUTE + 15_000)
    // The answer arrives while nothing is looked at; the timer of the limit comes first all the same.
    await clock.block(3 * MINUTE)
    finish()
    await settle()
    expect(statusOf('slow')).toBe('ok')
    expect(health.current()[0]?.overdue).toBe(false)
  })

  it('one whose time is up is down with the limit in words', async () => {
    const slow = () => new Promise<never>(() => undefined)
    const { clock, health } = await started({ slow }, { health: { failuresBeforeDown: 1, timeout: '3s' } })
    await clock.pass(2 * MINUTE + 20_000)
    expect(health.current()[0]).toMatchObject({
      status: 'down',
      expected: 'an answer within 3s',
      actual: 'no answer after 3s',
    })
  })

  it('changed settings are taken over within seconds: new checks run, switched off ones are gone with their incident', async () => {
    const harness = await started({ a: 'down', b: 'ok' })
    const { clock, health, store } = harness
    await clock.pass(10 * MINUTE)
    expect(health.openIncidents()).toHaveLength(1)
    harness.settings = settingsOf({ health: { checks: { a: { enable: false } } } })
    await clock.pass(30_000)
    await settle()
    expect(health.current().map(({ id }) => id)).toEqual(['b'])
    expect(health.openIncidents()).toEqual([])
    const [incident] = await readIncidents(store, { limit: 5 })
    expect(incident?.endedAt).not.toBeNull()
    expect(incident?.actual).toContain('no longer checked')
  })

  it('a hundred slow checks at once are done a few at a time, and all of them', async () => {
    let running = 0
    let most = 0
    const { clock, runs } = await started({})
    const harness = open[0]
    const slow = async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise<void>((resolve) => clock.setTimer(resolve, 1000))
      running -= 1
      return says('ok')
    }
    for (let i = 0; i < 100; i++) harness?.scripts.set(`c${i}`, slow)
    if (harness !== undefined) harness.settings = settingsOf({})
    await clock.pass(2 * MINUTE)
    expect(runs.size).toBe(100)
    expect(most).toBe(16)
  })
})

describe('what is told of a failure', () => {
  it('nothing at the first, everything once at the second, and once more when it is over', async () => {
    const harness = await started({ ollama: 'ok' }, phone)
    const { clock, scripts, lines, sent, runs } = harness
    await clock.pass(3 * MINUTE)
    const failure = { seen: 0 }
    scripts.set('ollama', () => {
      failure.seen += 1
      return says('down', 'Ollama does not answer')
    })
    const since = clock.now()
    while (failure.seen < 1) await clock.pass(1000)
    await clock.pass(25_000)
    expect(sent).toEqual([])
    expect(runs.get('ollama')).toBe(2)
    await clock.pass(6000)
    expect(failure.seen).toBe(2)
    expect(sent.map(({ message }) => message)).toMatchObject([
      { event: 'opened', status: 'down', check: 'ollama', title: 'The ollama is down' },
    ])
    expect(sent[0]?.message.text).toContain('Ollama does not answer. Expected: All well. What to do: Do something.')
    await clock.pass(HOUR)
    expect(sent).toHaveLength(1)
    scripts.set('ollama', 'ok')
    await clock.pass(11 * MINUTE)
    expect(sent.map(({ message }) => message.event)).toEqual(['opened', 'resolved'])
    const told = lines.filter(({ check }) => check === 'ollama')
    expect(told).toMatchObject([
      { level: 'error', from: 'ok', to: 'down', expected: 'all well', actual: 'Ollama does not answer' },
      { level: 'info', from: 'down', to: 'ok' },
    ])
    const downSince = Date.parse(String(told[0]?.['since']))
    expect(downSince - since.getTime()).toBeGreaterThanOrEqual(0)
    expect(downSince - since.getTime()).toBeLessThanOrEqual(6 * MINUTE)
  })

  it.each([1, 2, 3, 5])(
    'within one interval, whenever it begins, also where %i results in a row are needed, and its end too',
    async (failuresBeforeDown) => {
      const config = { health: { ...phone.health, failuresBeforeDown } }
      const { clock, scripts, sent } = await started({ a: 'ok' }, config)
      await clock.pass(10 * MINUTE)
      for (let after = 0; after < 5 * MINUTE; after += 37_000) {
        await clock.pass(after)
        for (const status of ['down', 'ok'] as const) {
          sent.length = 0
          scripts.set('a', status)
          await clock.pass(5 * MINUTE)
          expect(sent.map(({ message }) => message.status)).toEqual([status])
        }
      }
    },
  )

  it('the incident is kept with its start and its end, to the run', async () => {
    const { clock, scripts, store } = await started({ a: 'ok' })
    await clock.pass(3 * MINUTE)
    scripts.set('a', 'down')
    await clock.pass(22 * MINUTE)
    expect(await readIncidents(store, { open: true, limit: 5 })).toHaveLength(1)
    scripts.set('a', 'ok')
    await clock.pass(20 * MINUTE)
    const [incident] = await readIncidents(store, { limit: 5 })
    const points = await readPoints(store, 'a', new Date(0))
    const [first, last] = [
      points.find(({ status }) => status === 'down'),
      points.findLast(({ status }) => status === 'down'),
    ]
    const afterwards = points[points.findIndex((point) => point === last) + 1]
    expect(incident?.startedAt).toEqual(first?.at)
    expect(incident?.endedAt).toEqual(afterwards?.at)
  })

  it('getting worse is told, getting a little better is not', async () => {
    const { clock, scripts, sent, health } = await started({ a: 'ok' }, phone)
    for (const status of ['ok', 'degraded', 'down', 'degraded', 'ok'] as const) {
      scripts.set('a', status)
      await clock.pass(16 * MINUTE)
    }
    expect(sent.map(({ message }) => `${message.event} ${message.status}`)).toEqual([
      'opened degraded',
      'worse down',
      'resolved ok',
    ])
    expect(health.openIncidents()).toEqual([])
  })

  it('a restart neither tells it again nor forgets what was open', async () => {
    const harness = await started({ a: 'down' }, phone)
    const { clock, sent, scripts } = harness
    await clock.pass(10 * MINUTE)
    expect(sent).toHaveLength(1)
    await harness.restart()
    await clock.pass(30 * MINUTE)
    expect(sent).toHaveLength(1)
    expect(harness.health.openIncidents()).toHaveLength(1)
    scripts.set('a', 'ok')
    await clock.pass(15 * MINUTE)
    expect(sent.map(({ message }) => message.event)).toEqual(['opened', 'resolved'])
  })

  it('the very same message goes out once, however often it is posted', async () => {
    const { clock, health, sent } = await started({ a: 'down' }, phone)
    await clock.pass(10 * MINUTE)
    const [first] = sent
    if (first !== undefined) await health.outbox.post(first.message)
    await clock.pass(MINUTE)
    expect(sent).toHaveLength(1)
  })

  it('an open incident of a check that is well is closed at the start', async () => {
    const harness = await started({ a: 'ok' })
    const { clock, store } = harness
    await clock.pass(3 * MINUTE)
    const started_at = clock.now().getTime() - HOUR
    await store.db
      .insertInto('health_incidents')
      .values({ id: 'inc_left', check_id: 'a', title: 'a', severity: 'down', started_at, expected: '', actual: '' })
      .execute()
    await harness.restart()
    await harness.health.flush()
    expect(await readIncidents(store, { open: true, limit: 5 })).toEqual([])
  })

  it('a message that is refused is tried again, ever less often, also after a restart, until it is taken', async () => {
    const harness = await started({ a: 'down' }, phone)
    const { clock, sent, lines } = harness
    harness.refuse = 'HTTP 503'
    await clock.pass(HOUR)
    expect(lines.filter(({ message }) => String(message).includes('did not reach'))).toHaveLength(1)
    const tries = harness.health.outbox.counts.get('phone failed')?.count ?? 0
    expect(tries).toBeGreaterThanOrEqual(5)
    expect(tries).toBeLessThanOrEqual(10)
    await harness.restart()
    harness.refuse = null
    await clock.pass(MINUTE)
    expect(sent.map(({ message }) => message.event)).toEqual(['opened'])
    await clock.pass(DAY)
    expect(sent).toHaveLength(1)
  })

  it('what is over before it could be told is told as one message', async () => {
    const harness = await started({ a: 'down' }, phone)
    const { clock, sent, scripts } = harness
    harness.refuse = 'no network'
    await clock.pass(10 * MINUTE)
    scripts.set('a', 'ok')
    await clock.pass(15 * MINUTE)
    harness.refuse = null
    await clock.pass(HOUR)
    expect(sent.map(({ message }) => message.event)).toEqual(['resolved'])
    expect(sent[0]?.message.text).toMatch(/is well again since .* It was not for \d+ min/)
  })

  it('a notifier that wants no good news gets none; one that is switched off gets nothing', async () => {
    const notifiers = {
      bad: { url: 'http://127.0.0.1:9/bad', sendResolved: false },
      off: { url: 'http://127.0.0.1:9/off', enable: false },
    }
    const { clock, sent, scripts } = await started({ a: 'down' }, { health: { notifiers } })
    await clock.pass(10 * MINUTE)
    scripts.set('a', 'ok')
    await clock.pass(15 * MINUTE)
    expect(sent.map(({ message, target }) => `${target.url} ${message.event}`)).toEqual([
      'http://127.0.0.1:9/bad opened',
    ])
  })

  it('is told even when the database cannot be written, and kept once it can', async () => {
    const harness = await started({ a: 'ok' }, phone)
    const { clock, store, sent, scripts } = harness
    await clock.pass(3 * MINUTE)
    // As on a full disk: every write fails, every read works.
    await sql`PRAGMA query_only = 1`.execute(store.db)
    scripts.set('a', 'down')
    await clock.pass(12 * MINUTE)
    expect(sent).toHaveLength(1)
    expect(harness.lines.filter(({ message }) => String(message).includes('cannot be written'))).toHaveLength(1)
    await sql`PRAGMA query_only = 0`.execute(store.db)
    await clock.pass(6 * MINUTE)
    await settle()
    expect(await readIncidents(store, { open: true, limit: 5 })).toHaveLength(1)
    expect(
      (await readPoints(store, 'a', new Date(0))).filter(({ status }) => status === 'down').length,
    ).toBeGreaterThanOrEqual(3)
  })

  it('once a week how things are, when that is wanted', async () => {
    const harness = await started(
      { a: 'ok', b: 'ok' },
      { health: { ...phone.health, weeklyAllWell: true, interval: '1h' } },
    )
    const { clock, sent, scripts } = harness
    await clock.pass(6 * DAY)
    expect(sent.map(({ message }) => [message.event, message.title])).toEqual([['weekly', 'All is well']])
    await harness.restart()
    scripts.set('b', 'down')
    await clock.pass(2 * DAY)
    expect(sent.findLast(({ message }) => message.event === 'weekly')?.message).toMatchObject({
      event: 'weekly',
      title: '1 of 2 checks are not well',
    })
    expect(sent.filter(({ message }) => message.event === 'weekly')).toHaveLength(2)
  })
})

describe('the history', () => {
  it('adds up to bars of hours and days, from which shares are reckoned', async () => {
    const { clock, scripts, store } = await started({ a: 'ok' }, { health: { interval: '6min' } })
    await clock.pass(HOUR)
    scripts.set('a', 'down')
    await clock.pass(HOUR)
    scripts.set('a', 'ok')
    await clock.pass(2 * HOUR)
    const bars = (await readBars(store, ['a'], clock.now())).get('a')
    const points = await readPoints(store, 'a', new Date(0))
    const down = points.filter(({ status }) => status === 'down').length
    expect(bars?.days.reduce((sum, { checks }) => sum + checks, 0)).toBe(points.length)
    expect(bars?.hours.reduce((sum, { checks }) => sum + checks, 0)).toBe(points.length)
    expect(bars?.hours.some(({ status }) => status === 'down')).toBe(true)
    expect(bars?.days[0]?.up).toBeCloseTo((points.length - down) / points.length)
  })

  it('drops single results after days and sums after their time', async () => {
    const { clock, store } = await started({ a: 'ok' }, { health: { interval: '1h', rawDays: 2, dailyDays: 30 } })
    await clock.pass(40 * DAY)
    const points = await readPoints(store, 'a', new Date(0))
    expect(points.length).toBeGreaterThan(40)
    expect(points.length).toBeLessThan(54)
    const days = await store.db.selectFrom('health_bars').selectAll().where('width', '=', 86_400).execute()
    expect(days.length).toBeGreaterThanOrEqual(30)
    expect(days.length).toBeLessThanOrEqual(32)
  })

  it('is there after a restart in another process’s eyes, which says when it is of the past', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hwc-ai-health-'))
    try {
      const harness = await started({ a: 'ok' }, {}, join(folder, 'store.sqlite'))
      await harness.clock.pass(3 * MINUTE)
      const command = createHarness({}, { a: 'ok' }, join(folder, 'store.sqlite'))
      open.push(command)
      await command.clock.pass(3 * MINUTE)
      expect(await command.health.list()).toMatchObject([{ id: 'a', status: 'ok', overdue: false }])
      await command.clock.pass(HOUR)
      expect(await command.health.list()).toMatchObject([{ id: 'a', status: 'unknown', overdue: true }])
      expect((await command.health.list())[0]?.hint).toContain('hwc-ai serve')
    } finally {
      for (const harness of open.splice(0)) await harness.close()
      await rm(folder, { recursive: true })
    }
  })
})

it('checks that are run by hand in a process that does not run them are shown and not recorded', async () => {
  const harness = createHarness({}, { a: 'down', b: 'ok' })
  open.push(harness)
  const found = await harness.health.runNow(null, false)
  expect(found.map(({ id, status }) => `${id} ${status}`)).toEqual(['a down', 'b ok'])
  expect(await harness.store.db.selectFrom('health_checks').selectAll().execute()).toEqual([])
})

it('checks that are run by hand in the server count like any others', async () => {
  const { clock, health, sent } = await started({ a: 'down' }, phone)
  await health.runNow('a', false)
  await health.runNow('a', false)
  await clock.pass(1000)
  expect(sent).toHaveLength(1)
})
