/** Chat as another model sees it: one question, one answer. */
import type { ToolFace } from '#lib/operations/types.ts'
import { shorten } from '#lib/tools/small.ts'
import { type ChatAnswer, cutOff } from './schemas.ts'

const MAX_RESPONSE = 3000

export const chatTool: ToolFace<ChatAnswer> = {
  description:
    'Asks another language model on this machine one question. Use it only when the person wants the answer of the local model or of a model they name. You are a model yourself: answer ordinary questions on your own, without this tool.',
  hidden: ['context', 'system_prompt', 'session_id'],
  fixed: { stream: false, memory: false },
  answer: ({ response, model, session_id, finish_reason }, link) => ({
    response: shorten(response, MAX_RESPONSE),
    model,
    ...(finish_reason === 'length' ? { note: `The answer ${cutOff(response)}.` } : {}),
    link: link(`/chat?session=${encodeURIComponent(session_id)}`),
  }),
}
