/** What a check that asks one address found. */
import { ask, whyUnreachable } from './reach.ts'
import { type Outcome, ok, trouble } from './types.ts'

export interface AskedAddress {
  url: string
  expectStatus: number
  /** What to do when it does not answer as expected. */
  hint: string
  headers?: Record<string, string>
}

/** Asks the address; a failure to connect is `down`, an answer with another status too. */
export async function httpOutcome(
  { url, expectStatus, hint, headers = {} }: AskedAddress,
  signal: AbortSignal,
): Promise<Outcome> {
  const expected = `HTTP ${expectStatus} from ${url}`
  try {
    const { status } = await ask(url, signal, headers)
    return status === expectStatus ? ok(expected, `HTTP ${status}`) : trouble('down', expected, `HTTP ${status}`, hint)
  } catch (error) {
    if (signal.aborted) throw error
    return trouble('down', expected, `no answer: ${whyUnreachable(error)}`, hint)
  }
}
