/** Judged by systemd itself: `apt-get install systemd`. */
import { execFileSync, spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { calendar, parseCalendar } from './calendar.ts'
import { formatTimeSpan, parseTimeSpan } from './timespan.ts'

const ITERATIONS = 6

/** Next times according to systemd in whole seconds since 1970, or null when it refuses the event. */
function judged(expression: string, base: Date, zone: string): number[] | null {
  const args = ['calendar', `--iterations=${ITERATIONS}`, `--base-time=@${base.getTime() / 1000}`, '--', expression]
  const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8', env: { ...process.env, TZ: zone } })
  if (status !== 0) return null
  return [...stdout.matchAll(/(?:Next elapse|Iter\. #\d+): (?:\w{3} )?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (\S+)/g)].map(
    ([, time = '', name = '']) => Date.parse(`${time.replace(' ', 'T')}${offsetOf(name)}`) / 1000,
  )
}

/** Zone abbreviations of the zones used here. */
const OFFSETS: Record<string, string> = {
  UTC: 'Z',
  CET: '+01:00',
  CEST: '+02:00',
  EST: '-05:00',
  EDT: '-04:00',
  '+0530': '+05:30',
  IST: '+05:30',
}
const offsetOf = (name: string) => OFFSETS[name] ?? `unknown zone ${name}`

function ours(expression: string, base: Date): number[] | null {
  const parsed = parseCalendar(expression)
  if (!parsed.ok) return null
  const times: number[] = []
  let at: Date | null = base
  while (times.length < ITERATIONS && (at = calendar(expression).next(at)) !== null) times.push(at.getTime() / 1000)
  return times
}

const number = (min: number, max: number) => fc.integer({ min, max })
const part = (min: number, max: number) =>
  fc.oneof(
    number(min, max).map(String),
    fc.tuple(number(min, max), number(min, max)).map(([a, b]) => `${a}..${b}`),
    fc.tuple(number(min, max), number(1, Math.ceil((max - min) / 2))).map(([a, b]) => `${a}/${b}`),
    fc.tuple(number(min, max), number(min, max), number(1, 9)).map(([a, b, c]) => `${a}..${b}/${c}`),
  )
const chain = (min: number, max: number) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant('*') },
    { weight: 3, arbitrary: fc.array(part(min, max), { minLength: 1, maxLength: 3 }).map((p) => p.join(',')) },
  )
const dayName = fc.constantFrom('Mon', 'tue', 'Wednesday', 'Thu', 'FRI', 'Sat', 'Sunday')
const days = fc
  .array(
    fc.oneof(
      dayName,
      fc.tuple(dayName, dayName).map(([a, b]) => `${a}..${b}`),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((d) => d.join(','))
const date = fc.oneof(
  fc
    .tuple(fc.oneof(fc.constant('*'), chain(2026, 2032)), chain(1, 12), fc.constantFrom('-', '-', '~'), chain(1, 31))
    .map(([y, m, s, d]) => `${y}-${m}${s}${d}`),
  fc.tuple(chain(1, 12), fc.constantFrom('-', '~'), chain(1, 31)).map((p) => p.join('')),
)
const time = fc.oneof(
  fc.tuple(chain(0, 23), chain(0, 59)).map((p) => p.join(':')),
  fc.tuple(chain(0, 23), chain(0, 59), chain(0, 59)).map((p) => p.join(':')),
)
const expression = fc
  .tuple(
    fc.option(days, { nil: '' }),
    fc.option(date, { nil: '' }),
    fc.option(time, { nil: '' }),
    fc.constantFrom('', '', '', 'UTC'),
  )
  .map((words) => words.filter((word) => word !== '').join(' '))
  .filter((text) => text !== '' && text !== 'UTC')

describe('calendar events, judged by systemd-analyze', () => {
  const zone = process.env['TZ']
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })

  it('random events are taken or refused alike, and come at the same times', () => {
    process.env['TZ'] = 'UTC'
    const base = number(Date.UTC(2026, 0) / 1000, Date.UTC(2030, 0) / 1000).map((seconds) => new Date(seconds * 1000))
    fc.assert(
      fc.property(expression, base, (text, from) => {
        const times = ours(text, from)
        // systemd 252 loses its way in open repetitions at the end of a year (after 29 December, `1/4` goes on at 5 January).
        const lastYear = times === null ? undefined : new Date((times.at(-1) ?? 0) * 1000).getUTCFullYear()
        fc.pre(!text.includes('/') || lastYear === undefined || lastYear === from.getUTCFullYear())
        expect([text, times]).toEqual([text, judged(text, from, 'UTC')])
      }),
      { numRuns: Number(process.env['HWC_AI_TEST_RUNS'] ?? 600) },
    )
  })

  it.each([
    'minutely',
    'hourly',
    'daily',
    'weekly',
    'monthly',
    'quarterly',
    'semiannually',
    'yearly',
    'Daily UTC',
    '*:0/30',
    'Mon..Fri 02:00',
    '*-*-01,15 04:00',
    'Mon,',
    'Mon-Fri',
    '*-*~01',
    '*-02~01..03',
    '*-*~07/2',
    '*-*~31',
    '26-12-1',
    '70-1-1',
    '2,1:00',
    '*-2-30',
    'Mon,Tue  *-*-*  12:00',
    '12:00 utc',
    '*',
    '',
    ' ',
    '*:*/5',
    '0/24:00',
    '12:00 ',
    ' 12:00',
    '24:00',
    '12:60',
    '5..5:00',
    '9..5:00',
    '*:*:10..10',
    '1:2:3:4',
    'Mon..',
    '..Mon',
    'Sat..Mon',
    '1,,2:00',
    'Mon *',
    '12',
    '*-*',
    '*-*~*',
    '1~*-*',
    '*~*-01',
    '*-0-1',
    '2200-1-1',
    '1969-1-1',
    'UTC',
    'Mon UTC',
    '*-*-*T12:00',
    '-1:00',
    '1:0/0',
    'Feb 30',
    '2026-*',
  ])('"%s"', (text) => {
    process.env['TZ'] = 'UTC'
    const from = new Date('2026-11-23T12:00:00Z')
    expect(ours(text, from)).toEqual(judged(text, from, 'UTC'))
  })

  it.each(['Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])(
    'local time in %s, also over clock changes that skip no event',
    (name) => {
      process.env['TZ'] = name
      for (const from of [
        '2027-03-12T20:10:00Z',
        '2027-03-27T20:10:00Z',
        '2027-10-30T20:10:00Z',
        '2027-11-06T20:10:00Z',
        '2027-06-01T00:00:00Z',
      ])
        for (const text of [
          'daily',
          'hourly',
          '*:0/30',
          '*:0/30 UTC',
          '04:00',
          '01:15',
          'Sun 03:00',
          '0/4:00',
          'monthly',
          '02:30 UTC',
        ])
          expect([from, text, ours(text, new Date(from))]).toEqual([from, text, judged(text, new Date(from), name)])
    },
  )
})

describe('time spans, judged by systemd-analyze', () => {
  const judgedSpan = (text: string): [number, string] | null => {
    const { status, stdout } = spawnSync('systemd-analyze', ['timespan', '--', text], { encoding: 'utf8' })
    const microseconds = Number(/[μµ]s: (\d+)/.exec(stdout)?.[1])
    if (status !== 0 || microseconds > Number.MAX_SAFE_INTEGER) return null
    return [microseconds, /Human: (.*)/.exec(stdout)?.[1]?.trim() ?? '']
  }
  const oursSpan = (text: string): [number, string] | null => {
    const ms = parseTimeSpan(text)
    if (ms === null) return null
    const written = formatTimeSpan(ms)
    // Below a second systemd writes a decimal fraction instead; there, what is written must read back as the same.
    if (ms % 1000 === 0) return [Math.round(ms * 1000), written]
    expect(parseTimeSpan(written)).toBe(ms)
    return [Math.round(ms * 1000), judgedSpan(text)?.[1] ?? '']
  }

  it('random spans are read and written alike', () => {
    const unit = fc.constantFrom(
      '',
      's',
      'sec',
      'second',
      'seconds',
      'm',
      'min',
      'minute',
      'minutes',
      'h',
      'hr',
      'hours',
      'd',
      'days',
      'w',
      'week',
      'M',
      'month',
      'y',
      'years',
      'ms',
      'msec',
      'us',
      'usec',
      'x',
      'S',
    )
    const amount = fc.oneof(
      number(0, 999).map(String),
      fc.tuple(number(0, 99), number(0, 9999)).map(([a, b]) => `${a}.${b}`),
    )
    const span = fc
      .array(
        fc.tuple(fc.constantFrom('', ' '), amount, fc.constantFrom('', ' '), unit).map((p) => p.join('')),
        { minLength: 1, maxLength: 3 },
      )
      .map((p) => p.join(''))
    fc.assert(
      fc.property(span, (text) => {
        expect([text, oursSpan(text)]).toEqual([text, judgedSpan(text)])
      }),
      { numRuns: Number(process.env['HWC_AI_TEST_RUNS'] ?? 400) },
    )
  })

  it.each([
    '5min',
    '1h 30min',
    '2d',
    '1.5h',
    '20',
    '0',
    '-5s',
    '+5s',
    '5 min',
    '1h30min',
    '12.34.56',
    '12.s',
    '.5s',
    '3 months',
    '',
    ' ',
    'min',
    '5minx',
    '1e3',
    '  7s  ',
  ])('"%s"', (text) => {
    expect(oursSpan(text)).toEqual(judgedSpan(text))
  })

  it('systemd is the version these rules were read from, or newer', () => {
    expect(
      Number(/systemd (\d+)/.exec(execFileSync('systemd-analyze', ['--version'], { encoding: 'utf8' }))?.[1]),
    ).toBeGreaterThanOrEqual(252)
  })
})
