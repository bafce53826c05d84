import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createCore } from '#lib/core/index.ts'
import { silentLogger } from '#lib/logging/index.ts'
import type { RunEvent } from '#lib/operations/types.ts'
import { createRegistry } from '#lib/operations/registry.ts'
import { standsStill, stopLimit, withRealOllama } from '#lib/providers/real-ollama.ts'
import { chat, chatCli, getChatSession, listChatSessions } from './definition.ts'
import { chatServices } from './repl/services.ts'

withRealOllama((ollama) => {
  it('a real model streams its answer, is stopped in mid-sentence, stands still, and what came is kept', async () => {
    const state = await mkdtemp(join(tmpdir(), 'hwc-ai-chat-live-'))
    const historyFile = join(state, 'history.sqlite')
    const local = { ollamaEndpoint: ollama.endpoint, chatCli: { model: ollama.model, historyFile } }
    const config = join(state, 'config.json')
    await writeFile(config, JSON.stringify({ 'local-workflows': local }))
    const env = { HOME: state, HWC_AI_STATE: state, HWC_AI_CONFIG: config }
    const core = await createCore({ env, log: silentLogger, registry: createRegistry([chatCli], []) })
    const { call } = chatServices(core)

    const limit = await stopLimit(ollama)
    let text = ''
    /** Stops the answer after a few words; a small model now and then has said all before. */
    const interrupted = async (): Promise<unknown> => {
      const stop = new AbortController()
      text = ''
      const onEvent = (event: RunEvent) => {
        if (event.type === 'token') text += event.text
        if (text.length > 10) stop.abort()
      }
      const asked = { message: 'Write a long story about a lighthouse.', memory: false }
      return call(chat, asked, { signal: stop.signal, onEvent }).then(
        () => null,
        (error: unknown) => error,
      )
    }
    let ending: unknown = null
    for (let attempt = 0; attempt < 20 && ending === null; attempt++) ending = await interrupted()
    expect(ending).toMatchObject({ code: 'cancelled' })
    const since = performance.now()
    await standsStill(ollama)
    expect(performance.now() - since).toBeLessThan(limit)
    const { sessions } = await call(listChatSessions, { q: 'lighthouse' })
    const kept = (await call(getChatSession, { session_id: sessions[0]?.session_id ?? '' })).messages.at(-1)
    expect(kept).toMatchObject({ role: 'assistant', incomplete: true, content: text })

    const { status, engine, model } = await core.runs
      .list({ limit: 1 })
      .then(([run]) => run ?? { status: '', engine: '', model: '' })
    expect([status, engine, model]).toEqual(['cancelled', 'ollama', ollama.model])
    await core.close()
    await rm(state, { recursive: true })
  })
})
