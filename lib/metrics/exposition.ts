/** From samples to what Prometheus reads, by prom-client. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Sample, Samples } from './collect.ts'
import { type MetricDefinition, METRICS, PROCESS_METRICS } from './definitions.ts'
import type { BucketCounts } from './histogram.ts'

/** How often the lag of the event loop is sampled, in milliseconds. */
const LAG_RESOLUTION_MS = 50

/** A histogram whose counts are kept elsewhere: prom-client's own takes a microsecond for each observation. */
class CountedHistogram extends Histogram {
  readonly #name: string
  readonly #help: string
  readonly #read: () => readonly Sample[]

  constructor(
    name: string,
    { help, labels, buckets = [] }: MetricDefinition,
    registers: Registry[],
    read: () => readonly Sample[],
  ) {
    super({ name, help, labelNames: [...labels], buckets: [...buckets], registers })
    this.#name = name
    this.#help = help
    this.#read = read
  }

  /** What prom-client's registry asks a histogram for; its types leave it out. */
  getForPromString() {
    const values = this.#read().flatMap(({ labels, value }) =>
      typeof value === 'number' ? [] : this.#values(labels, value),
    )
    return Promise.resolve({ name: this.#name, help: this.#help, type: 'histogram', values })
  }

  #values(labels: Sample['labels'], { buckets, sum, count }: BucketCounts) {
    const bound = (le: number) => (le === Infinity ? '+Inf' : le)
    return [
      ...buckets.map(([le, value]) => ({
        metricName: `${this.#name}_bucket`,
        labels: { ...labels, le: bound(le) },
        value,
      })),
      { metricName: `${this.#name}_sum`, labels, value: sum },
      { metricName: `${this.#name}_count`, labels, value: count },
    ]
  }
}

function register(
  name: string,
  definition: MetricDefinition,
  registers: Registry[],
  read: () => readonly Sample[],
): void {
  const numbers = () => read().flatMap(({ labels, value }) => (typeof value === 'number' ? [{ labels, value }] : []))
  const config = { name, help: definition.help, labelNames: [...definition.labels], registers }
  if (definition.type === 'histogram') new CountedHistogram(name, definition, registers, read)
  else if (definition.type === 'gauge')
    new Gauge({
      ...config,
      collect() {
        this.reset()
        // Without labels, prom-client says 0 where nothing is known.
        if (definition.labels.length === 0) this.remove()
        for (const { labels, value } of numbers()) this.set(labels, value)
      },
    })
  else
    new Counter({
      ...config,
      collect() {
        this.reset()
        for (const { labels, value } of numbers()) this.inc(labels, value)
      },
    })
}

export interface Exposition {
  contentType: string
  render(samples: Samples): Promise<string>
}

/** Makes the registry of one process. */
export function createExposition(): Exposition {
  const registry = new Registry()
  let samples: Samples = {}
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_RESOLUTION_MS })
  const wanted: readonly string[] = PROCESS_METRICS
  for (const { name } of registry.getMetricsAsArray()) if (!wanted.includes(name)) registry.removeSingleMetric(name)
  for (const [name, definition] of Object.entries(METRICS))
    register(name, definition, [registry], () => samples[name as keyof typeof METRICS] ?? [])
  return {
    contentType: registry.contentType,
    render: async (now) => {
      samples = now
      return await registry.metrics()
    },
  }
}
