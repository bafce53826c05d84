/** What Ollama can be asked to do with the models it keeps: list, pull, copy, remove, try. */
import { setTimeout as sleep } from 'node:timers/promises'
import type * as z from 'zod'
import { AppError } from '../../errors/index.ts'
import { parseEndpoint } from '../endpoint.ts'
import {
  brokeOff,
  cancelled,
  modelNotFound,
  nothingAnswers,
  refused,
  overloaded,
  type BackendName,
} from '../failures.ts'
import { exchange, readText, type Exchange } from '../http.ts'
import { parsePayload } from '../payload.ts'
import { streamPayloads, type Refusal } from '../stream.ts'
import type { ModelSummary } from '../types.ts'
import { embedAnswer, pullLine, runningAnswer, showAnswer, testLine } from './admin-wire.ts'
import { refusalText, tagsAnswer, toSummary } from './wire.ts'

/** One sign of life of a pull. Bytes concern the one file that `digest` names. */
export interface PullStep {
  /** In Ollama's words, e.g. `verifying sha256 digest`. */
  status: string
  digest: string | null
  total: number | null
  completed: number
}

/** What a model said to a test prompt, and how fast. */
export interface TestAnswer {
  /** The answer; for a model that only makes embeddings, how many numbers it gave. */
  text: string
  tokens: number
  /** Milliseconds spent on generating alone. */
  evalMs: number
  loadMs: number
  totalMs: number
}

export interface OllamaAdmin {
  /** Address to show to a person. */
  readonly endpoint: string
  list(signal?: AbortSignal): Promise<ModelSummary[]>
  /** What a model can do, e.g. `completion`; fails when its files are not there. */
  capabilities(model: string, signal?: AbortSignal): Promise<string[]>
  /** Share of a loaded model that lies on a graphics card, in percent; null when it is not loaded. */
  gpuPercent(model: Pick<ModelSummary, 'name' | 'digest'>, signal?: AbortSignal): Promise<number | null>
  /**
   * Pulls a model; what an earlier pull has left half done is not fetched again.
   * @param options `insecure`: speak plain HTTP to the registry
   * @throws AppError `model-not-found`, `disk-full`, `backend-error`, `no-model-backend`, `cancelled`
   */
  pull(model: string, options: { insecure: boolean; signal: AbortSignal }): AsyncGenerator<PullStep>
  /** Gives a model a second name; one that has the name already is replaced. */
  copy(from: string, to: string, signal?: AbortSignal): Promise<void>
  /** Removes a model, and those of its files that no other needs. One that is not there is no fault. */
  remove(model: string, signal?: AbortSignal): Promise<void>
  /** Lets a model answer a prompt with a few tokens. @param options `timeoutMs` longest silence, loading included */
  ask(model: string, prompt: string, options: AskOptions): Promise<TestAnswer>
  /** Lets a model go on with a text as it stands, past all that would end an answer: for measuring its speed. */
  goOn(model: string, text: string, options: AskOptions): Promise<TestAnswer>
  /** Lets a model that makes embeddings make one. */
  embed(model: string, prompt: string, options: Omit<AskOptions, 'maxTokens'>): Promise<TestAnswer>
}

export interface AskOptions {
  maxTokens: number
  timeoutMs: number
  signal: AbortSignal
}

/** Ollama is silent while it hashes what it has pulled: half a terabyte from a slow disk takes this long. */
const PULL_SILENCE_MS = 3_600_000
const ASK_TIMEOUT_MS = 30_000

/** Ollama's words for what goes wrong while pulling, and what they mean. */
const PULL_FAULTS: readonly (readonly [RegExp, (said: string, model: string) => AppError])[] = [
  [
    /file does not exist|manifest unknown|not found/i,
    (_said, model) =>
      new AppError('model-not-found', `The registry has no model "${model}".`, {
        hint: 'Check its name and tag; https://ollama.com/library lists them.',
      }),
  ],
  [
    /no space left on device/i,
    (_said, model) =>
      new AppError('disk-full', `The disk of the models was full before "${model}" was there.`, {
        hint: 'Free some space: hwc-ai models prune shows what nobody asked for.',
      }),
  ],
  [
    /digest mismatch/i,
    (said, model) =>
      new AppError(
        'backend-error',
        `What the registry sent for "${model}" is not what its manifest promises: ${said}.`,
        {
          hint: 'The transfer or the registry is damaged; it is tried again later.',
        },
      ),
  ],
  [
    /read-only file system|permission denied/i,
    (said, model) =>
      new AppError('backend-error', `Ollama cannot write "${model}" into its model folder: ${said}.`, {
        hint: 'Give the user that Ollama runs as the right to write there, or mount the disk for writing.',
      }),
  ],
]

/**
 * A download that was cancelled ends in Ollama's own time, half a minute at most, and a pull of the same file that comes
 * meanwhile is joined to it and cancelled with it (`blobDownloadManager` in `server/download.go`).
 */
const JOINED_ATTEMPTS = 8
const JOINED_PAUSE_MS = 1000
const joinedCancelled = (error: unknown) => error instanceof AppError && /: context canceled\.$/.test(error.message)

/** @param said the `error` of a pull */
export function pullError(said: string, model: string): AppError {
  const known = PULL_FAULTS.find(([words]) => words.test(said))
  return known === undefined
    ? new AppError('backend-error', `Ollama could not pull "${model}": ${said}.`, {
        hint: 'What has come already is kept; it is tried again later.',
      })
    : known[1](said, model)
}

export function createOllamaAdmin(endpoint: string): OllamaAdmin {
  const { base, shown } = parseEndpoint(endpoint)
  const backend: BackendName = {
    title: 'Ollama',
    endpoint: shown,
    howToStart:
      'Start it with `ollama serve`. The setting local-workflows.ollamaEndpoint names its address, and its own log says why it stopped.',
  }

  const refusal =
    (model: string | null) =>
    ({ status, text, retryAfter }: Refusal) => {
      const said = refusalText(text)
      if (status === 404 && model !== null) return modelNotFound(model, undefined)
      if (status === 503 || status === 429) return overloaded(backend, said, retryAfter)
      return refused(backend, status, said)
    }

  /** One question with one answer. */
  const call = async (
    path: string,
    { model = null, timeoutMs = ASK_TIMEOUT_MS, signal, ...sent }: CallOptions,
  ): Promise<string> => {
    const timeout = AbortSignal.timeout(timeoutMs)
    const limited = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
    try {
      const answer = await exchange({ url: new URL(path, base), ...sent, signal: limited })
      const text = await readText(answer, 16_000_000)
      if (answer.status >= 200 && answer.status < 300) return text
      throw refusal(model)({ status: answer.status, text, retryAfter: answer.headers['retry-after'] })
    } catch (error) {
      if (signal?.aborted === true) throw cancelled(error)
      throw error instanceof AppError ? error : nothingAnswers(backend, timeout.aborted ? timeout.reason : error)
    }
  }
  const get = async <T extends z.ZodType>(path: string, schema: T, signal?: AbortSignal): Promise<z.output<T>> =>
    parsePayload(backend, await call(path, { method: 'GET', signal }), schema)

  async function* pullOnce(
    model: string,
    { insecure, signal }: { insecure: boolean; signal: AbortSignal },
  ): AsyncGenerator<PullStep> {
    const lines = streamPayloads({
      backend,
      url: new URL('api/pull', base),
      body: { model, insecure, stream: true },
      signal,
      silenceMs: PULL_SILENCE_MS,
      payload: (line) => (line === '' ? null : line),
      refusal: (answer) =>
        answer.status === 400 || answer.status === 500
          ? pullError(refusalText(answer.text), model)
          : refusal(model)(answer),
    })
    for await (const text of lines) {
      const line = parsePayload(backend, text, pullLine)
      if ('error' in line) throw pullError(line.error, model)
      yield { status: line.status, digest: line.digest ?? null, total: line.total ?? null, completed: line.completed }
      if (line.status === 'success') return
    }
    throw brokeOff(backend, new Error('the pull ended without saying that it was done'))
  }

  async function* pull(model: string, options: { insecure: boolean; signal: AbortSignal }): AsyncGenerator<PullStep> {
    for (let attempt = 1; ; attempt++) {
      try {
        yield* pullOnce(model, options)
        return
      } catch (error) {
        if (!joinedCancelled(error) || attempt === JOINED_ATTEMPTS) throw error
        await sleep(JOINED_PAUSE_MS, undefined, { signal: options.signal }).catch((cause: unknown) => {
          throw cancelled(cause)
        })
      }
    }
  }

  async function answerTo(
    path: 'api/chat' | 'api/generate',
    model: string,
    asked: object,
    { timeoutMs, signal }: Pick<AskOptions, 'timeoutMs' | 'signal'>,
  ): Promise<TestAnswer> {
    const lines = streamPayloads({
      backend,
      url: new URL(path, base),
      body: { model, stream: true, ...asked },
      signal,
      silenceMs: timeoutMs,
      payload: (line) => (line === '' ? null : line),
      refusal: refusal(model),
    })
    let said = ''
    for await (const text of lines) {
      const line = parsePayload(backend, text, testLine)
      if ('error' in line) throw brokeOff(backend, new Error(line.error))
      said += (line.message?.thinking ?? '') + (line.message?.content ?? '')
      if (!line.done) continue
      const { eval_count: tokens, eval_duration: evalMs, load_duration: loadMs, total_duration: totalMs } = line
      return { text: said, tokens, evalMs, loadMs, totalMs }
    }
    throw brokeOff(backend, new Error('the answer ended without its last line'))
  }

  const ask = (model: string, prompt: string, options: AskOptions) => {
    const messages = [{ role: 'user', content: prompt }]
    return answerTo(
      'api/chat',
      model,
      { messages, options: { temperature: 0, num_predict: options.maxTokens } },
      options,
    )
  }
  const goOn = (model: string, text: string, options: AskOptions) =>
    answerTo(
      'api/generate',
      model,
      { prompt: text, raw: true, options: { temperature: 0, num_predict: options.maxTokens, stop: [] } },
      options,
    )

  return {
    endpoint: shown,
    list: async (signal) => (await get('api/tags', tagsAnswer, signal)).models.map(toSummary),
    capabilities: async (model, signal) => {
      const text = await call('api/show', { method: 'POST', body: { model }, model, signal })
      return parsePayload(backend, text, showAnswer).capabilities
    },
    gpuPercent: async ({ name, digest }, signal) => {
      const { models } = await get('api/ps', runningAnswer, signal)
      // A model with two names is loaded once, under the name by which it was asked for first.
      const same = (model: (typeof models)[number]) =>
        model.digest === digest || model.name.toLowerCase() === name.toLowerCase()
      const loaded = models.find(same)
      return loaded === undefined || loaded.size === 0 ? null : Math.round((100 * loaded.size_vram) / loaded.size)
    },
    pull,
    copy: async (source, destination, signal) => {
      await call('api/copy', { method: 'POST', body: { source, destination }, model: source, signal })
    },
    remove: async (model, signal) => {
      await call('api/delete', { method: 'DELETE', body: { model }, model, signal }).catch((error: unknown) => {
        if (!(error instanceof AppError) || error.code !== 'model-not-found') throw error
      })
    },
    ask,
    goOn,
    embed: async (model, prompt, { timeoutMs, signal }) => {
      const text = await call('api/embed', { method: 'POST', body: { model, input: prompt }, model, timeoutMs, signal })
      const answer = parsePayload(backend, text, embedAnswer)
      const numbers = answer.embeddings[0]?.length ?? 0
      const evalMs = answer.total_duration - answer.load_duration
      return {
        text: numbers === 0 ? '' : `${numbers} numbers`,
        tokens: answer.prompt_eval_count,
        evalMs,
        loadMs: answer.load_duration,
        totalMs: answer.total_duration,
      }
    },
  }
}

interface CallOptions extends Pick<Exchange, 'method' | 'body'> {
  /** The model it is about: a 404 then means that it is not there. */
  model?: string | null
  timeoutMs?: number
  signal: AbortSignal | undefined
}
