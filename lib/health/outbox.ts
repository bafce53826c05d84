/**
 * Messages on their way to the notifiers. Each goes once to each notifier; what fails is tried again, ever less often, also
 * after a restart, for a day. A message that is overtaken by "all is well again" before it got through is dropped.
 */
import type { Settings } from '../config/index.ts'
import { messageOf } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'
import type { Store } from '../store/index.ts'
import { type Message, messageSchema } from './message.ts'
import type { Clock } from './run-check.ts'
import type { Target } from './send.ts'

const FIRST_RETRY_MS = 15_000
const LONGEST_RETRY_MS = 3_600_000
const GIVE_UP_AFTER_MS = 86_400_000
/** Messages that wait in memory at most; more than that means that nobody listens any longer. */
const MAX_WAITING = 500

interface Delivery {
  notifier: string
  message: Message
  attempts: number
  createdAt: Date
  /** Elapsed time. */
  due: number
}

export interface OutboxOptions {
  store: Store
  settings: () => Settings
  clock: Clock
  log: Logger
  /** Hands a message over; null when it was taken, else why not. */
  send: (message: Message, target: Target, signal: AbortSignal) => Promise<string | null>
}

type Outcome = 'sent' | 'given-up' | 'superseded'

export class Outbox {
  readonly #options: OutboxOptions
  readonly #waiting = new Map<string, Delivery>()
  readonly #stop = new AbortController()
  #sending: Promise<void> | null = null
  #cancelTimer: (() => void) | null = null
  /** Deliveries since the start, by notifier and outcome, for the metrics. */
  readonly counts = new Map<string, { notifier: string; outcome: Outcome | 'failed'; count: number }>()

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** Takes up what an earlier process did not get through with. */
  async start(): Promise<void> {
    const rows = await this.#options.store.db
      .selectFrom('health_deliveries')
      .selectAll()
      .where('ended_at', 'is', null)
      .execute()
    for (const row of rows) {
      const message = messageSchema.parse(JSON.parse(row.message))
      const key = `${row.id} ${row.notifier}`
      const due = this.#options.clock.monotonic()
      this.#waiting.set(key, {
        notifier: row.notifier,
        message,
        attempts: row.attempts,
        createdAt: new Date(row.created_at),
        due,
      })
    }
    this.#wake()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    this.#cancelTimer?.()
    await this.#sending
  }

  /** Sends a message to every notifier that wants it. Returns at once. */
  async post(message: Message): Promise<void> {
    const { settings, clock, log } = this.#options
    for (const [notifier, target] of Object.entries(settings().health.notifiers)) {
      if (!target.enable) continue
      if (message.event === 'resolved' && message.incident !== null) await this.#supersede(message.incident, notifier)
      if (message.event === 'resolved' && !target.sendResolved) continue
      const delivery: Delivery = { notifier, message, attempts: 0, createdAt: clock.now(), due: clock.monotonic() }
      if (this.#waiting.size >= MAX_WAITING) {
        log.error(`A message to the notifier "${notifier}" was dropped: ${MAX_WAITING} others wait already`, {
          notifier,
          title: message.title,
        })
        continue
      }
      if (!(await this.#keep(delivery))) continue
      this.#waiting.set(`${message.id} ${notifier}`, delivery)
    }
    this.#wake()
  }

  /** Drops what was not sent yet about an incident that is over. */
  async #supersede(incident: string, notifier: string): Promise<void> {
    for (const delivery of this.#waiting.values())
      if (delivery.message.incident === incident && delivery.notifier === notifier)
        await this.#end(delivery, 'superseded', null)
  }

  /** @returns false when this very message was posted to this notifier before */
  async #keep({ notifier, message, createdAt }: Delivery): Promise<boolean> {
    try {
      const { numInsertedOrUpdatedRows } = await this.#options.store.db
        .insertInto('health_deliveries')
        .values({
          id: message.id,
          notifier,
          message: JSON.stringify(message),
          attempts: 0,
          created_at: createdAt.getTime(),
          next_at: createdAt.getTime(),
          ended_at: null,
          outcome: null,
          error: null,
        })
        .onConflict((on) => on.columns(['id', 'notifier']).doNothing())
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === undefined || numInsertedOrUpdatedRows > 0n
    } catch (error) {
      // A full disk is the very thing that may have to be told.
      this.#options.log.warn(`A message cannot be kept, only sent: ${messageOf(error)}`, {
        notifier,
        message: message.id,
      })
      return true
    }
  }

  #wake(): void {
    if (this.#stop.signal.aborted || this.#sending !== null) return
    this.#cancelTimer?.()
    const due = Math.min(...[...this.#waiting.values()].map((delivery) => delivery.due))
    if (due === Infinity) return
    const { clock } = this.#options
    this.#cancelTimer = clock.setTimer(
      () => {
        this.#sending = this.#sendDue().finally(() => {
          this.#sending = null
          this.#wake()
        })
      },
      Math.max(0, due - clock.monotonic()),
    )
  }

  async #sendDue(): Promise<void> {
    const elapsed = this.#options.clock.monotonic()
    const due = [...this.#waiting.values()].filter((delivery) => delivery.due <= elapsed)
    await Promise.all(due.map((delivery) => this.#try(delivery)))
  }

  async #try(delivery: Delivery): Promise<void> {
    const { settings, clock, send, log } = this.#options
    const target = settings().health.notifiers[delivery.notifier]
    if (target?.enable !== true) {
      await this.#end(delivery, 'given-up', 'the notifier was removed or switched off')
      return
    }
    const fault = await send(delivery.message, target, this.#stop.signal)
    // Overtaken while it was on its way.
    if (this.#stop.signal.aborted || !this.#waiting.has(`${delivery.message.id} ${delivery.notifier}`)) return
    if (fault === null) {
      await this.#end(delivery, 'sent', null)
      return
    }
    this.#count(delivery.notifier, 'failed')
    delivery.attempts += 1
    if (delivery.attempts === 1)
      log.warn(`A message did not reach the notifier "${delivery.notifier}": ${fault}`, {
        notifier: delivery.notifier,
        title: delivery.message.title,
      })
    if (clock.now().getTime() - delivery.createdAt.getTime() >= GIVE_UP_AFTER_MS) {
      log.error(`A message to the notifier "${delivery.notifier}" was given up after a day: ${fault}`, {
        notifier: delivery.notifier,
        title: delivery.message.title,
      })
      await this.#end(delivery, 'given-up', fault)
      return
    }
    const pause = Math.min(FIRST_RETRY_MS * 2 ** (delivery.attempts - 1), LONGEST_RETRY_MS)
    delivery.due = clock.monotonic() + pause
    await this.#save(delivery, { attempts: delivery.attempts, error: fault, next_at: clock.now().getTime() + pause })
  }

  #count(notifier: string, outcome: Outcome | 'failed'): void {
    const key = `${notifier} ${outcome}`
    const counted = this.counts.get(key) ?? { notifier, outcome, count: 0 }
    counted.count += 1
    this.counts.set(key, counted)
  }

  async #end(delivery: Delivery, outcome: Outcome, error: string | null): Promise<void> {
    this.#waiting.delete(`${delivery.message.id} ${delivery.notifier}`)
    this.#count(delivery.notifier, outcome)
    await this.#save(delivery, { outcome, error, ended_at: this.#options.clock.now().getTime() })
  }

  async #save(
    { message, notifier }: Delivery,
    values: { attempts?: number; outcome?: string; error: string | null; ended_at?: number; next_at?: number },
  ): Promise<void> {
    try {
      await this.#options.store.db
        .updateTable('health_deliveries')
        .set(values)
        .where('id', '=', message.id)
        .where('notifier', '=', notifier)
        .execute()
    } catch (error) {
      this.#options.log.warn(`What became of a message cannot be kept: ${messageOf(error)}`, {
        notifier,
        message: message.id,
      })
    }
  }
}
