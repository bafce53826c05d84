import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keptName, modelKey, parseModelName } from './name.ts'
import { type ActualModel, type Freshness, isDue, type Memory, plan, type Situation } from './plan.ts'

const now = new Date('2026-01-05T10:00:00Z')
const soon = new Date('2026-01-05T10:10:00Z')
const past = new Date('2026-01-05T09:00:00Z')

const want = (name: string, autoUpdate = true, priority = 50) => ({ name: parseModelName(name), autoUpdate, priority })
const have = (name: string, digest = 'd1', fault: string | null = null): ActualModel => ({
  name,
  digest,
  fault,
  sizeBytes: 10,
  family: null,
  parameterSize: null,
})
const memory = (changes: Partial<Memory>): Memory => ({
  provenDigest: null,
  reason: null,
  retryAt: null,
  rejected: null,
  ...changes,
})
const situation = (changes: Partial<Situation>): Situation => ({
  desired: [want('a:1')],
  actual: [have('a:1')],
  upstream: new Map(),
  memory: new Map([['a:1', memory({ provenDigest: 'd1' })]]),
  sizes: new Map(),
  now,
  ...changes,
})
const kinds = (changes: Partial<Situation>) => plan(situation(changes)).map(({ kind, name }) => `${kind} ${name}`)
const newer: Freshness = { state: 'newer', digest: 'u2', bytes: 5 }

describe('a plan', () => {
  it.each<[string, Partial<Situation>, string[]]>([
    ['keeps what is here and proven', {}, ['keep a:1']],
    ['pulls what is not here', { actual: [] }, ['pull a:1']],
    ['pulls what is not whole', { actual: [have('a:1', 'd1', 'its file x is not there')] }, ['pull a:1']],
    ['checks what has never proven itself', { memory: new Map() }, ['verify a:1']],
    ['checks what was changed by another hand', { actual: [have('a:1', 'd2')] }, ['verify a:1']],
    ['updates what its registry has newer', { upstream: new Map([['a:1', newer]]) }, ['update a:1']],
    [
      'leaves alone what is not to be updated',
      { desired: [want('a:1', false)], upstream: new Map([['a:1', newer]]) },
      ['keep a:1'],
    ],
    ['keeps what its registry no longer has', { upstream: new Map([['a:1', { state: 'missing' }]]) }, ['keep a:1']],
    [
      'keeps what its registry says nothing of',
      { upstream: new Map([['a:1', { state: 'unknown', reason: 'no answer' }]]) },
      ['keep a:1'],
    ],
    ['knows a model in another spelling', { desired: [want('A:1')] }, ['keep a:1']],
    ['names what nobody asked for', { actual: [have('a:1'), have('b:1')] }, ['keep a:1', 'undeclared b:1']],
    [
      'never counts what an update has put aside as unasked for',
      { actual: [have('a:1'), have(keptName(parseModelName('a:1')))] },
      ['keep a:1'],
    ],
  ])('%s', (_title, changes, expected) => {
    expect(kinds(changes)).toEqual(expected)
  })

  it('lets what failed wait, unless a person asks', () => {
    const [pull] = plan(situation({ actual: [], memory: new Map([['a:1', memory({ retryAt: soon })]]) }))
    if (pull === undefined) throw new Error('no action')
    expect([isDue(pull, true), isDue(pull, false)]).toEqual([false, true])
    const [due] = plan(situation({ actual: [], memory: new Map([['a:1', memory({ retryAt: past })]]) }))
    expect(due?.notBefore).toBeNull()
  })

  it('lets a version that failed wait, and takes another one at once', () => {
    const failed = (rejected: string) =>
      plan(
        situation({
          upstream: new Map([['a:1', newer]]),
          memory: new Map([['a:1', memory({ provenDigest: 'd1', rejected, retryAt: soon, reason: 'it was silent' })]]),
        }),
      )[0]
    expect(failed('u2')).toMatchObject({ kind: 'update', notBefore: soon })
    expect(failed('u2')?.because).toContain('it was silent')
    expect(failed('u1')).toMatchObject({ kind: 'update', notBefore: null })
  })
})

const names = ['a:1', 'b:1', 'c:1', 'ns/d:1', 'host.lan/ns/e:1']
const anySituation = fc.record({
  desired: fc
    .uniqueArray(fc.constantFrom(...names))
    .chain((chosen) =>
      fc.tuple(
        ...chosen.map((name) => fc.tuple(fc.boolean(), fc.nat(100)).map(([update, rank]) => want(name, update, rank))),
      ),
    ),
  actual: fc.uniqueArray(
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom('d1', 'd2'), fc.constantFrom(null, 'gone'))
      .map(([name, digest, fault]) => have(name, digest, fault)),
    { selector: ({ name }) => name },
  ),
  upstream: fc
    .array(
      fc.tuple(
        fc.constantFrom(...names),
        fc.constantFrom<Freshness>({ state: 'current' }, newer, { state: 'missing' }),
      ),
    )
    .map((entries) => new Map(entries)),
  memory: fc
    .array(
      fc.tuple(
        fc.constantFrom(...names),
        fc
          .record({ provenDigest: fc.constantFrom(null, 'd1', 'd2'), retryAt: fc.constantFrom(null, past, soon) })
          .map(memory),
      ),
    )
    .map((entries) => new Map(entries)),
})

it('says one thing of every model, and after it was carried out there is nothing left to do', () => {
  fc.assert(
    fc.property(anySituation, (given) => {
      const before = situation({ ...given, sizes: new Map() })
      const actions = plan(before)
      const expected = new Set([
        ...before.desired.map(({ name }) => name.full),
        ...before.actual.map(({ name }) => name),
      ])
      expect(actions.map(({ name }) => name).sort()).toEqual([...expected].sort())
      expect(actions.slice(0, before.desired.length).map(({ name }) => name)).toEqual(
        before.desired.map(({ name }) => name.full),
      )
      const done = before.desired.map(({ name }) => have(name.full, 'd9'))
      const others = before.actual.filter(({ name }) => !done.some((model) => model.name === name))
      const after = plan({
        ...before,
        actual: [...done, ...others],
        upstream: new Map(),
        memory: new Map(done.map(({ name }) => [modelKey(name), memory({ provenDigest: 'd9' })])),
      })
      expect(after.filter((action) => isDue(action, false))).toEqual([])
    }),
  )
})
