import { expect, it } from 'vitest'
import { beginning, withChatEvent } from './chat-stream.ts'

it('gathers an answer with what it was made from', () => {
  const start = beginning({ message: 'Why?' }, null)
  const announced = withChatEvent(
    start,
    { type: 'session', data: { session_id: 'chat_1', title: 'Why', model: 'm:1' } },
    0,
  )
  const first = withChatEvent(announced, { type: 'token', content: 'Be' }, 100)
  const second = withChatEvent(first, { type: 'token', content: 'cause' }, 200)
  expect(second).toMatchObject({ sessionId: 'chat_1', model: 'm:1', text: 'Because', firstAt: 100, pieces: 2 })
})
