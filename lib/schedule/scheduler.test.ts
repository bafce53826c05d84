import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLogger } from '../logging/index.ts'
import { openStore } from '../store/index.ts'
import type { Store } from '../store/index.ts'
import { marksIn } from './marks.ts'
import { createScheduler, processTimer } from './scheduler.ts'
import type { ScheduledJob, Scheduler } from './scheduler.ts'

const MINUTE = 60_000

/** A clock with one timer, which is all the scheduler uses. Calls back in steps, as time would. */
function fakeClock(start: string) {
  let at = Date.parse(start)
  let timer: { due: number; callback: () => void } | null = null
  const clock = {
    sleeps: [] as number[],
    now: () => new Date(at),
    setTimer: (callback: () => void, milliseconds: number) => {
      const set = { due: at + milliseconds, callback }
      clock.sleeps.push(milliseconds)
      timer = set
      return () => {
        if (timer === set) timer = null
      }
    },
    pending: () => timer !== null,
    /** Lets time pass, with every timer in between. */
    pass: async (milliseconds: number) => {
      const end = at + milliseconds
      while (timer !== null && timer.due <= end) {
        const { due, callback } = timer
        timer = null
        at = Math.max(at, due)
        callback()
        await settle()
      }
      at = end
    },
    /** Sets the clock; timers go by elapsed time and do not notice. */
    jump: (to: string) => {
      const by = Date.parse(to) - at
      at += by
      if (timer !== null) timer.due += by
    },
  }
  return clock
}

/** Lets all that is only waiting for resolved promises, and for the database, go on. */
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 2))

let folder: string
let store: Store
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scheduler-'))
  store = openStore(join(folder, 'store.db'))
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

function scheduled(
  clock: ReturnType<typeof fakeClock>,
  jobs: ScheduledJob[],
  work?: (signal: AbortSignal) => Promise<void>,
) {
  const runs: string[] = []
  const lines: string[] = []
  const scheduler: Scheduler<ScheduledJob> = createScheduler({
    jobs,
    now: clock.now,
    setTimer: clock.setTimer,
    log: createLogger({ write: (line) => lines.push(line) }),
    marks: marksIn(store),
    run: (job, signal) => {
      runs.push(`${job.id} ${clock.now().toISOString()}`)
      return work?.(signal) ?? Promise.resolve()
    },
  })
  return { scheduler, runs, lines }
}

const half = { id: 'tidy', onCalendar: '*:0/30 UTC' }
const nightly = { id: 'journal', onCalendar: '*-*-* 02:00:00 UTC' }

describe('the scheduler', () => {
  it('starts each job at its times', async () => {
    const clock = fakeClock('2026-03-01T01:10:00Z')
    const { scheduler, runs } = scheduled(clock, [half, nightly])
    await scheduler.start()
    await clock.pass(70 * MINUTE)
    expect(runs).toEqual([
      'tidy 2026-03-01T01:30:00.000Z',
      'tidy 2026-03-01T02:00:00.000Z',
      'journal 2026-03-01T02:00:00.000Z',
    ])
    await scheduler.stop()
  })

  it('says when a job is next started', async () => {
    const clock = fakeClock('2026-03-01T01:10:00Z')
    const { scheduler } = scheduled(clock, [half, { id: 'never', onCalendar: '2020-01-01' }])
    expect(scheduler.nextRun('tidy')).toBeNull()
    await scheduler.start()
    expect(scheduler.nextRun('tidy')).toEqual(new Date('2026-03-01T01:30:00Z'))
    expect(scheduler.nextRun('never')).toBeNull()
    expect(scheduler.nextRun('unknown')).toBeNull()
    expect(scheduler.status().map(({ id, running }) => [id, running])).toEqual([
      ['tidy', false],
      ['never', false],
    ])
    await scheduler.stop()
  })

  it('starts nothing the first time it sees a job, and then once what was missed while it was off', async () => {
    const first = scheduled(fakeClock('2026-03-01T01:10:00Z'), [nightly])
    await first.scheduler.start()
    await first.scheduler.stop()
    expect(first.runs).toEqual([])

    const clock = fakeClock('2026-03-05T09:00:00Z')
    const second = scheduled(clock, [nightly])
    await second.scheduler.start()
    await settle()
    expect(second.runs).toEqual(['journal 2026-03-05T09:00:00.000Z'])
    expect(second.scheduler.nextRun('journal')).toEqual(new Date('2026-03-06T02:00:00Z'))
    await second.scheduler.stop()

    const third = scheduled(fakeClock('2026-03-05T10:00:00Z'), [nightly])
    await third.scheduler.start()
    await settle()
    expect(third.runs).toEqual([])
    await third.scheduler.stop()
  })

  it('never runs a job twice at once, and says which times it skipped', async () => {
    const clock = fakeClock('2026-03-01T01:10:00Z')
    let finish: () => void = () => undefined
    const { scheduler, runs, lines } = scheduled(clock, [half], () => new Promise((resolve) => (finish = resolve)))
    await scheduler.start()
    await clock.pass(90 * MINUTE)
    expect(runs).toEqual(['tidy 2026-03-01T01:30:00.000Z'])
    expect(lines.filter((line) => line.includes('skipped'))).toHaveLength(2)
    expect(scheduler.status()[0]?.running).toBe(true)
    finish()
    await settle()
    expect(scheduler.status()[0]?.running).toBe(false)
    await clock.pass(30 * MINUTE)
    expect(runs.at(-1)).toBe('tidy 2026-03-01T03:00:00.000Z')
    finish()
    await scheduler.stop()
  })

  it('logs a job that fails and starts it again only at its next time', async () => {
    const clock = fakeClock('2026-03-01T01:29:00Z')
    const { scheduler, runs, lines } = scheduled(clock, [half], () => Promise.reject(new Error('no space')))
    await scheduler.start()
    await clock.pass(29 * MINUTE)
    expect(runs).toHaveLength(1)
    expect(lines.filter((line) => line.includes('no space'))).toHaveLength(1)
    await clock.pass(30 * MINUTE)
    expect(runs).toHaveLength(2)
    await scheduler.stop()
  })

  it('remembers a start before the work begins, so that a job that kills the process is not tried at once', async () => {
    const clock = fakeClock('2026-03-01T01:59:00Z')
    const { scheduler } = scheduled(clock, [nightly], () => new Promise(() => undefined))
    await scheduler.start()
    await clock.pass(MINUTE)
    const after = scheduled(fakeClock('2026-03-01T02:00:05Z'), [nightly])
    await after.scheduler.start()
    await settle()
    expect(after.runs).toEqual([])
    await after.scheduler.stop()
  })

  it('never sleeps longer than a minute, so that no timer overflows', async () => {
    const clock = fakeClock('2026-03-01T01:00:00Z')
    const { scheduler, runs } = scheduled(clock, [{ id: 'yearly', onCalendar: 'yearly UTC' }])
    await scheduler.start()
    await clock.pass(10 * MINUTE)
    expect(Math.max(...clock.sleeps)).toBe(MINUTE)
    expect(runs).toEqual([])
    await scheduler.stop()
  })

  it('starts a job once when the clock jumps ahead over several of its times', async () => {
    const clock = fakeClock('2026-03-01T01:10:00Z')
    const { scheduler, runs } = scheduled(clock, [half])
    await scheduler.start()
    clock.jump('2026-03-02T05:10:00Z')
    await clock.pass(MINUTE)
    expect(runs).toHaveLength(1)
    expect(scheduler.nextRun('tidy')).toEqual(new Date('2026-03-02T05:30:00Z'))
    await scheduler.stop()
  })

  it('goes by the new time when the clock is set back', async () => {
    const clock = fakeClock('2026-03-09T01:10:00Z')
    const { scheduler, runs } = scheduled(clock, [half])
    await scheduler.start()
    clock.jump('2026-03-01T01:10:00Z')
    await clock.pass(21 * MINUTE)
    expect(runs).toEqual(['tidy 2026-03-01T01:30:00.000Z'])
    await scheduler.stop()
  })

  it('is not held up by a mark from the future', async () => {
    await marksIn(store).write('tidy', new Date('2030-01-01T00:00:00Z'))
    const clock = fakeClock('2026-03-01T01:10:00Z')
    const { scheduler } = scheduled(clock, [half])
    await scheduler.start()
    expect(scheduler.nextRun('tidy')).toEqual(new Date('2026-03-01T01:30:00Z'))
    await scheduler.stop()
  })

  it('stops by aborting what runs and waiting for it, and starts nothing more', async () => {
    const clock = fakeClock('2026-03-01T01:29:00Z')
    let ended = false
    const { scheduler, runs, lines } = scheduled(clock, [half], async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await settle()
      ended = true
      signal.throwIfAborted()
    })
    await scheduler.start()
    await clock.pass(2 * MINUTE)
    await scheduler.stop()
    expect(ended).toBe(true)
    expect(clock.pending()).toBe(false)
    await clock.pass(60 * MINUTE)
    expect(runs).toHaveLength(1)
    expect(lines).toEqual([])
  })

  it('takes other jobs while it runs', async () => {
    const clock = fakeClock('2026-03-01T01:10:00Z')
    const { scheduler, runs } = scheduled(clock, [nightly])
    await scheduler.start()
    await scheduler.replace([half])
    await clock.pass(60 * MINUTE)
    expect(runs).toEqual(['tidy 2026-03-01T01:30:00.000Z', 'tidy 2026-03-01T02:00:00.000Z'])
    await scheduler.stop()
  })

  it('refuses a job whose calendar event is none', () => {
    const clock = fakeClock('2026-03-01T01:10:00Z')
    expect(() => scheduled(clock, [{ id: 'x', onCalendar: 'sometimes' }])).toThrow(/not a calendar event/)
  })

  it('runs with real timers', async () => {
    const started = Promise.withResolvers<string>()
    const scheduler = createScheduler({
      jobs: [{ id: 'second', onCalendar: '*:*:*' }],
      now: () => new Date(),
      setTimer: processTimer,
      log: createLogger({ write: () => undefined }),
      marks: marksIn(store),
      run: (job) => {
        started.resolve(job.id)
        return Promise.resolve()
      },
    })
    await scheduler.start()
    expect(await started.promise).toBe('second')
    await scheduler.stop()
  })
})
