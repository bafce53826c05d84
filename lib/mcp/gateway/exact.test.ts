import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasLongNumber, parseExact, withId } from './exact.ts'
import { createHarness, type Harness, smallServer, toolCall } from './testing/harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await createHarness({
    servers: {
      small: smallServer(),
      shared: smallServer({ shared: true }),
      guarded: smallServer({ allowedTools: ['raw'] }),
    },
  })
})
afterAll(() => harness.close())

const inSession = (id: string) => ({ 'mcp-session-id': id })

describe('a message under another id', () => {
  it('is the same but for its id, wherever that stands and whatever looks like it', () => {
    const id = fc.oneof(fc.nat(20), fc.string({ unit: 'grapheme', maxLength: 3 }))
    const look = fc.oneof(
      fc.json(),
      id.map((one) => `,"id":${JSON.stringify(one)}}`),
    )
    fc.assert(
      fc.property(id, id, look, fc.nat(2), (before, after, text, place) => {
        const result = { content: [{ type: 'text', text }, { id: before }] }
        const value =
          place === 0
            ? { result, jsonrpc: '2.0', id: before }
            : place === 1
              ? { jsonrpc: '2.0', id: before, result }
              : { id: before, result: { ...result, id: before }, jsonrpc: '2.0' }
        expect(JSON.parse(withId(JSON.stringify(value), value, after))).toEqual({ ...value, id: after })
      }),
    )
  })
})

describe('numbers that are written anew', () => {
  const long = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).map(String)
  const number = fc.oneof(long, fc.constantFrom('0', '-1', '1e400', '0.12345678901234567890', '9007199254740993'))

  it('are those that were read, wherever they stand', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1 }), fc.string({ unit: 'grapheme' }), (numbers, text) => {
        const json = `{"text":${JSON.stringify(text)},"list":[${numbers.join(',')}],"deep":[{"x":${numbers.join('},{"x":')}}]}`
        if (numbers.some((one) => /\d{16}/.test(one))) expect(JSON.stringify(parseExact(json))).toBe(json)
      }),
    )
  })

  it('are seen to be long at any place', () => {
    const digits = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(fc.nat(70), digits, fc.nat(70), (before, count, after) => {
        const json = `${' '.repeat(before)}${'7'.repeat(count)}${'x'.repeat(after)}`
        expect(hasLongNumber(json)).toBe(/\d{16}/.test(json))
      }),
    )
  })
})

describe('a number that JavaScript has no place for', () => {
  const BIG = '9007199254740993'
  const message = (id: string, more = '') =>
    `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"raw","arguments":{"n":${BIG}}${more}}}`

  it.each(['small', 'shared', 'guarded'])('reaches the program as it was sent, and the caller: %s', async (server) => {
    const id = await harness.begin(server)
    const token = ',"_meta":{"progressToken":"t"}'
    for (const body of [message('1'), `[${message('1')}]`, message('1', token), ` ${message('1')}`]) {
      const said = await (await harness.post(server, body, inSession(id))).text()
      expect(said).toContain(`\\"n\\":${BIG}`)
    }
  })

  it.each([
    ['{"jsonrpc":"2.0","id":#,"result":{"structuredContent":{"n":9007199254740993}}}'],
    ['{"id":#,"result":{"structuredContent":{"n":9007199254740993}},"jsonrpc":"2.0"}'],
  ])('comes back as the program wrote it: %s', async (answer) => {
    const id = await harness.begin('shared')
    expect(await (await harness.post('shared', toolCall(3, 'say', { answer }), inSession(id))).text()).toContain(
      `{"n":${BIG}}`,
    )
  })

  it('is the same over the OpenAPI face', async () => {
    const ask = (server: string, tool: string, body: string) =>
      harness.fetch(`/mcp/${server}/${tool}`, { method: 'POST', body })
    expect(await (await ask('shared', 'echo', `{"text":"{\\"n\\":${BIG}}"}`)).text()).toBe(`{"n":${BIG}}`)
    expect(await (await ask('guarded', 'raw', `{"n":${BIG}}`)).text()).toContain(`"n":${BIG}`)
  })

  it('is no reason to fail on a text that is nested too deep to be written as JSON', async () => {
    const text = `${'['.repeat(100_000)}${BIG}${']'.repeat(100_000)}`
    for (const said of [text, text.replace(BIG, '')]) {
      const answer = await harness.fetch('/mcp/shared/echo', { method: 'POST', body: JSON.stringify({ text: said }) })
      expect([answer.status, await answer.json()]).toEqual([200, said])
    }
  })

  it('is refused as an id where the answer could not be given under it', async () => {
    const refused = await harness.post('shared', message(BIG), inSession(await harness.begin('shared')))
    expect(await refused.json()).toMatchObject({ error: { code: -32_600 } })
    const passed = await harness.post('small', message(BIG), inSession(await harness.begin('small')))
    expect(await passed.text()).toContain(`\\"id\\":${BIG}`)
  })
})
