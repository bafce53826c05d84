import { type ErrorCode, toAppError } from '../errors/index.ts'
import type { OpenWebuiClient } from './client.ts'
import type { ConnectionOut } from './schemas.ts'

const STATES: Partial<Record<ErrorCode, ConnectionOut['state']>> = {
  'not-connected': 'not-connected',
  'open-webui-unreachable': 'unreachable',
  'open-webui-refused': 'refused',
}

/** How this app stands with Open WebUI. Never throws: whatever is wrong is the answer. */
export async function connectionState(
  known: Pick<ConnectionOut, 'url' | 'token' | 'self_url'>,
  clientOf: () => Promise<OpenWebuiClient>,
  signal?: AbortSignal,
): Promise<ConnectionOut> {
  const base = { ...known, version: null, as: null, problem: null, hint: null }
  try {
    const client = await clientOf()
    const [version, user] = await Promise.all([client.version(signal), client.user(signal)])
    if (user.role === 'admin') return { ...base, state: 'connected', version, as: user.name }
    return {
      ...base,
      state: 'refused',
      version,
      as: user.name,
      problem: `The token is ${user.name}’s, who is not an administrator of Open WebUI.`,
      hint: 'Give a token of an administrator.',
    }
  } catch (thrown) {
    const { code, message, hint } = toAppError(thrown)
    return { ...base, state: STATES[code] ?? 'failed', problem: message, hint: hint ?? null }
  }
}
