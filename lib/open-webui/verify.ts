/** Has Open WebUI try its tool servers, and remembers for a moment what it said: each try is a request to the server. */
import { messageOf } from '../errors/index.ts'
import type { OpenWebuiClient } from './client.ts'
import type { Standing } from './connection.ts'
import type { ToolSeen } from './schemas.ts'
import { toolsSeen } from './tools-seen.ts'

const KEEP_MS = 15_000

export interface Verdict {
  /** Why Open WebUI cannot use it; null when it can. */
  problem: string | null
  /** Null when it says nothing of the tools, as where each person signs in. */
  tools: ToolSeen[] | null
  durationMs: number
}

export class Verifier {
  readonly #now: () => Date
  readonly #kept = new Map<string, { verdict: Verdict; until: number }>()

  constructor(now: () => Date) {
    this.#now = now
  }

  /** Forgets what Open WebUI said before. */
  clear(): void {
    this.#kept.clear()
  }

  /** Asks anew. */
  async ask(client: OpenWebuiClient, standing: Standing, signal?: AbortSignal): Promise<Verdict> {
    const began = performance.now()
    const said = await client.verify(standing.raw, signal)
    const verdict: Verdict = {
      problem: 'problem' in said ? said.problem : null,
      tools: 'answer' in said ? toolsSeen(said.answer) : null,
      durationMs: performance.now() - began,
    }
    this.#kept.set(standing.raw, { verdict, until: this.#now().getTime() + KEEP_MS })
    return verdict
  }

  /** As {@link ask}, but takes an answer of a moment ago, and says so when there is none in time. */
  async recall(client: OpenWebuiClient, standing: Standing, signal: AbortSignal): Promise<Verdict> {
    const kept = this.#kept.get(standing.raw)
    if (kept !== undefined && this.#now().getTime() < kept.until) return kept.verdict
    try {
      return await this.ask(client, standing, signal)
    } catch (error) {
      const problem = signal.aborted ? 'Open WebUI did not reach it in time' : messageOf(error)
      return { problem, tools: null, durationMs: 0 }
    }
  }
}

/**
 * Whether trying it is harmless: with `session` Open WebUI would send the administrator's own token there, and where people sign
 * in there is nothing to try.
 */
export function canTry({ facts }: Standing): boolean {
  return facts.enabled === 'true' && (facts.auth_type === 'bearer' || facts.auth_type === 'none')
}

/** What to do about a server that Open WebUI cannot use. */
export function brokenHint(ours: boolean, url: string): string {
  return ours
    ? `Open WebUI has to reach this app at ${url}: check open-webui.selfUrl, and that this app listens on an address it can reach.`
    : `Check that the server runs, and that its address and key are right: ${url}`
}
