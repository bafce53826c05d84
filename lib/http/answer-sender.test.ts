import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AnswerSender } from './answer-sender.ts'
import { TextAnswer } from './text-answer.ts'

afterEach(() => vi.restoreAllMocks())

/** A sender, and the texts that it has sent so far. */
function recording() {
  const sent: string[] = []
  const failures: string[] = []
  const sender = new AnswerSender((_error, where) => failures.push(where))
  const take = (answer: TextAnswer | Promise<TextAnswer>) => {
    const incoming = new IncomingMessage(new Socket())
    const outgoing = new ServerResponse(incoming)
    vi.spyOn(outgoing, 'end').mockImplementation((text: unknown) => {
      sent.push(String(text))
      return outgoing
    })
    sender.send(answer, { incoming, outgoing, where: 'a test' })
  }
  /** A turn with several requests: after it there is something to wait for. */
  const crowd = async () => {
    take(text('first'))
    take(text('second'))
    await nextTurn()
    sent.length = 0
  }
  return { take, sent, failures, crowd }
}

const text = (body: string, name = 'x-name') => new TextAnswer(body, { [name]: 'x' })

describe('answers that are ready in one turn', () => {
  it('go out at its end, as they became ready', async () => {
    const { take, sent, crowd } = recording()
    await crowd()
    take(text('one'))
    take(Promise.resolve(text('two')))
    take(text('three'))
    await Promise.resolve()
    expect(sent).toEqual([])
    await nextTurn()
    expect(sent).toEqual(['one', 'three', 'two'])
  })

  it('wait for no others where requests come one by one', async () => {
    const { take, sent, crowd } = recording()
    take(text('alone'))
    expect(sent).toEqual(['alone'])
    await crowd()
    await nextTurn()
    take(text('held'))
    expect(sent).toEqual([])
    await nextTurn()
    take(text('alone again'))
    expect(sent).toEqual(['held', 'alone again'])
  })

  it('do not wait longer than a millisecond for each other', async () => {
    const { take, sent, crowd } = recording()
    await crowd()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(10)
    take(text('one'))
    await Promise.resolve()
    clock.mockReturnValue(11)
    take(text('two'))
    await Promise.resolve()
    expect(sent).toEqual(['one', 'two'])
  })

  it('are sent although one of them cannot be', async () => {
    const { take, sent, failures, crowd } = recording()
    await crowd()
    take(text('broken', 'not a name'))
    take(text('whole'))
    await nextTurn()
    expect(sent).toEqual(['whole'])
    expect(failures).toEqual(['a test'])
  })
})

describe('answers that become known later', () => {
  it('go out at once, together with those that one event settled', async () => {
    const { take, sent } = recording()
    const answers = ['one', 'two'].map((body) => ({ body, ...Promise.withResolvers<TextAnswer>() }))
    for (const { promise } of answers) take(promise)
    await nextTurn()
    await nextTurn()
    expect(sent).toEqual([])
    for (const { body, resolve } of answers) resolve(text(body))
    const ticks = Promise.withResolvers<undefined>()
    process.nextTick(() => process.nextTick(() => ticks.resolve(undefined)))
    await ticks.promise
    expect(sent).toEqual(['one', 'two'])
  })
})
