/** Health on a real store with a clock that tests hold, and checks that say what they are told to. */
import { settingsOf } from './test-settings.ts'
import { createLogger } from '../../logging/index.ts'
import { openStore, type Store } from '../../store/index.ts'
import type { Settings } from '../../config/index.ts'
import { Health } from '../index.ts'
import type { Message } from '../message.ts'
import type { Target } from '../send.ts'
import type { Check, CheckSource, Outcome, Status } from '../types.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** What a check says at each run; a function decides anew each time. */
export type Script = Status | (() => Outcome | Promise<Outcome>)

export function says(status: Status, actual: string = status): Outcome {
  return { status, expected: 'all well', actual, hint: status === 'ok' ? null : 'Do something.' }
}

export interface Harness {
  clock: FakeClock
  store: Store
  readonly health: Health
  scripts: Map<string, Script>
  /** How often each check has run. */
  runs: Map<string, number>
  lines: Record<string, unknown>[]
  sent: { message: Message; target: Target }[]
  /** Why notifiers refuse; null when they take what comes. */
  refuse: string | null
  settings: Settings
  statusOf: (id: string) => Status | undefined
  start(): Promise<void>
  /** Ends this process and starts another one on the same store. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** @param config the `hwc.ai` tree @param file of the store */
export function createHarness(config: object, scripts: Record<string, Script>, file = ':memory:'): Harness {
  const clock = createFakeClock()
  const store = openStore(file)
  const lines: Harness['lines'] = []
  const log = createLogger({
    now: clock.now,
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  })
  const harnessScripts = new Map(Object.entries(scripts))
  const runs = new Map<string, number>()
  const scripted: CheckSource = {
    id: 'scripted',
    list: () =>
      [...harnessScripts.keys()].map((id): Check => ({
        id,
        title: `The ${id}`,
        run: async () => {
          runs.set(id, (runs.get(id) ?? 0) + 1)
          const script = harnessScripts.get(id) ?? 'ok'
          return typeof script === 'function' ? await script() : says(script)
        },
      })),
  }
  const make = () =>
    new Health({
      settings: () => harness.settings,
      store,
      workflows: [],
      now: clock.now,
      log,
      sources: [scripted],
      clock,
      random: () => 0.5,
      send: (message, target) => {
        if (harness.refuse === null) harness.sent.push({ message, target })
        return Promise.resolve(harness.refuse)
      },
    })
  let health: Health
  const harness: Harness = {
    clock,
    store,
    scripts: harnessScripts,
    runs,
    lines,
    sent: [],
    refuse: null,
    settings: settingsOf(config),
    get health() {
      return health
    },
    statusOf: (id) => harness.health.current().find((report) => report.id === id)?.status,
    start: () => harness.health.start(() => []),
    restart: async () => {
      await harness.health.stop()
      health = make()
      await harness.start()
    },
    close: async () => {
      await harness.health.stop()
      await store.close()
    },
  }
  health = make()
  return harness
}
