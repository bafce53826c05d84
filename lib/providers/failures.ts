/** The errors every provider throws, worded once so that a person reads the same advice whichever backend is set. */
import { AppError, isSystemError, messageOf } from '../errors/index.ts'

/** What a provider's errors need to know of it. */
export interface BackendName {
  /** As a person calls it: `Ollama`, `the model server`. */
  title: string
  endpoint: string
  /** What to do when nothing answers there. */
  howToStart: string
}

/** How to get a model at all; the end of every `no-model-backend` hint. */
export const HOW_TO_GET_A_BACKEND =
  'Install Ollama (https://ollama.com/download), start it with `ollama serve` and get a model with `ollama pull llama3.2:3b`. ' +
  'The setting local-workflows.ollamaEndpoint names its address, local-workflows.backend another kind of server.'

export function nothingAnswers(backend: BackendName, cause: unknown): AppError {
  const reason = isSystemError(cause) && cause.code !== undefined ? cause.code : messageOf(cause)
  return new AppError('no-model-backend', `${backend.title} does not answer at ${backend.endpoint} (${reason}).`, {
    hint: backend.howToStart,
    cause,
    details: { endpoint: backend.endpoint, reason },
  })
}

/** The connection ended, or what came over it was wrong, after the backend had begun to answer. */
export function brokeOff(backend: BackendName, cause: unknown): AppError {
  return new AppError('backend-error', `${backend.title} broke off in the middle of its answer.`, {
    hint: 'Its own log says why; out of memory is the usual reason. Try again, or take a smaller model.',
    cause,
    details: { endpoint: backend.endpoint, reason: messageOf(cause) },
  })
}

export function malformed(backend: BackendName, line: string, cause: unknown): AppError {
  return new AppError('backend-error', `${backend.title} sent something that is not its protocol.`, {
    hint: `Check that ${backend.endpoint} really is that kind of server; the setting local-workflows.backend.type names the kind.`,
    cause,
    details: { endpoint: backend.endpoint, received: line.slice(0, 200) },
  })
}

export function silent(backend: BackendName, elapsedMs: number): AppError {
  const seconds = elapsedMs / 1000
  return new AppError('backend-timeout', `${backend.title} sent nothing for ${seconds} seconds.`, {
    hint: 'A large model may still be loading: try again, or raise local-workflows.backend.firstTokenTimeout.',
    details: { endpoint: backend.endpoint, elapsedMs },
  })
}

export function cancelled(cause: unknown): AppError {
  return new AppError('cancelled', 'The answer was stopped.', { cause })
}

export function modelNotFound(
  model: string,
  hint: string | undefined,
  details: Record<string, unknown> = {},
): AppError {
  return new AppError('model-not-found', `The model "${model}" is not on this backend.`, {
    ...(hint === undefined ? {} : { hint }),
    details: { model, ...details },
  })
}

/** A refusal with an HTTP status that has no meaning of its own. */
export function refused(backend: BackendName, status: number, said: string): AppError {
  const message = `${backend.title} refused with status ${status}${said === '' ? '' : `: ${said}`}.`
  return new AppError('backend-error', message, { details: { endpoint: backend.endpoint, status } })
}

export function overloaded(backend: BackendName, said: string, retryAfter: string | undefined): AppError {
  const seconds = Number(retryAfter)
  return new AppError('backend-busy', `${backend.title} is busy${said === '' ? '' : `: ${said}`}.`, {
    hint: 'Try again in a moment.',
    retryAfterSeconds: Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : 5,
    details: { endpoint: backend.endpoint },
  })
}
