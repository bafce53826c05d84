/** One question put and its answer written out as it comes. */
import { toAppError } from '#lib/errors/index.ts'
import type { RunEvent } from '#lib/operations/types.ts'
import * as z from 'zod'
import { cutOff, memoryItem, type ChatAnswer, type MemoryItem } from '../schemas.ts'
import { harmless, oneLine, type Style } from './terminal.ts'
import type { CallOptions, Conversation, TextOutput } from './types.ts'

export interface TurnOutput {
  /** Gets the answer. */
  answer: TextOutput
  /** Gets what is said about it. */
  notes: TextOutput
  style: Style
}

const sessionInfo = z.object({ session_id: z.string(), title: z.string(), model: z.string() })
const memoryInfo = z.object({ memory: z.array(memoryItem) })
const ERASE_LINE = '\r\u001b[2K'

function memoryLines(memory: readonly MemoryItem[], style: Style): string {
  const line = (item: MemoryItem) =>
    `  from memory · ${oneLine(item.title, 40)} · ${item.created_at.slice(0, 10)}: ${oneLine(item.text, 80)}\n`
  return style.dim(memory.map(line).join(''))
}

/** Writes an answer as it comes; while nothing has come, a terminal shows that the model works. */
function createWriter({ answer, notes, style }: TurnOutput, conversation: Conversation) {
  const clean = answer.isTTY === true ? harmless : (text: string) => text
  const state = { written: '', firstAt: 0, waiting: false, model: '' }
  const stopWaiting = () => {
    if (state.waiting) notes.write(ERASE_LINE)
    state.waiting = false
  }
  const onInfo = (name: string, data: unknown) => {
    if (name === 'session') {
      const { session_id, title, model } = sessionInfo.parse(data)
      Object.assign(conversation, { sessionId: session_id, title })
      state.model = model
    } else if (name === 'memory' && notes.isTTY === true) {
      stopWaiting()
      notes.write(memoryLines(memoryInfo.parse(data).memory, style))
    }
  }
  return {
    state,
    begin: () => {
      if (answer.isTTY !== true || notes.isTTY !== true) return
      notes.write(style.dim('…'))
      state.waiting = true
    },
    onEvent: (event: RunEvent) => {
      if (event.type === 'info') onInfo(event.name, event.data)
      if (event.type !== 'token') return
      stopWaiting()
      if (state.written === '') state.firstAt = performance.now()
      state.written += event.text
      answer.write(clean(event.text))
    },
    end: () => {
      stopWaiting()
      if (state.written !== '' && !state.written.endsWith('\n')) answer.write('\n')
    },
  }
}

/** `model · tokens · tokens/s`, the speed without the time until the first token. */
function figures(result: ChatAnswer, firstAt: number): string {
  const seconds = (performance.now() - firstAt) / 1000
  const speed = result.tokens > 1 && seconds > 0 ? ` · ${((result.tokens - 1) / seconds).toFixed(1)} tokens/s` : ''
  return `${result.model} · ${result.tokens} tokens${speed}${result.finish_reason === 'length' ? ` · ${cutOff(result.response)}` : ''}`
}

/**
 * Puts a question and writes the answer.
 * @param ask runs the operation
 * @returns what was answered, or null when it was stopped; what came until then is kept by the operation
 */
export async function takeTurn(
  output: TurnOutput,
  conversation: Conversation,
  signal: AbortSignal,
  ask: (options: CallOptions) => Promise<ChatAnswer>,
): Promise<ChatAnswer | null> {
  const { notes, style } = output
  const writer = createWriter(output, conversation)
  writer.begin()
  try {
    const result = await ask({ signal, onEvent: writer.onEvent })
    writer.end()
    if (output.answer.isTTY === true && notes.isTTY === true)
      notes.write(`${style.dim(figures(result, writer.state.firstAt))}\n`)
    return result
  } catch (error) {
    writer.end()
    if (toAppError(error).code !== 'cancelled') throw error
    if (notes.isTTY === true)
      notes.write(`${style.dim(writer.state.written === '' ? 'stopped' : 'stopped; what came is kept')}\n`)
    return null
  }
}
