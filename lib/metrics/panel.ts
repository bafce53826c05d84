/** A panel of the dashboard, as data. */

export interface Query {
  /** PromQL. `$__rate_interval` is the only variable in it. */
  expr: string
  legend: string
}

export interface Panel {
  title: string
  description: string
  kind: 'stat' | 'timeseries' | 'state-timeline' | 'gauge'
  /** Unit as Grafana names it. */
  unit: string
  queries: readonly Query[]
  /** Of 24. */
  width: number
  /** Numbers instead of words for the values, e.g. 1 is "ok". */
  words?: Readonly<Record<string, { text: string; color: string }>>
  /** Where the colours change, from green. */
  thresholds?: readonly { value: number; color: string }[]
}
