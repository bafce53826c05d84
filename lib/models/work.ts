/** What everything about models works with. No globals: it is handed in. */
import type { Settings } from '../config/index.ts'
import { isLoopback } from '../config/index.ts'
import type { Logger } from '../logging/index.ts'
import type { RunEvent } from '../operations/types.ts'
import { createOllamaAdmin, type OllamaAdmin } from '../providers/ollama/admin.ts'
import type { Store } from '../store/index.ts'

export interface ModelWork {
  admin: OllamaAdmin
  store: Store
  /** The part of the settings about Ollama. */
  settings: Settings['ollama']
  /** Whether Ollama runs on this machine, so that its folder and disk can be looked at. */
  isLocal: boolean
  now: () => Date
  log: Logger
  signal: AbortSignal
  emit: (event: RunEvent) => void
  /** The run it belongs to; null when it is not recorded. */
  runId: string | null
}

/** Address of the Ollama whose models are looked after: the one the workflows use, when they use one. */
function endpointOf({ 'local-workflows': { backend, ollamaEndpoint } }: Settings): string {
  return backend.type === 'ollama' ? (backend.endpoint ?? ollamaEndpoint) : ollamaEndpoint
}

/** @throws AppError `settings-invalid` when the address of Ollama is none */
export function modelWork({
  settings,
  ...rest
}: Omit<ModelWork, 'admin' | 'settings' | 'isLocal'> & { settings: Settings }): ModelWork {
  const admin = createOllamaAdmin(endpointOf(settings))
  return { ...rest, admin, settings: settings.ollama, isLocal: isLoopback(new URL(admin.endpoint).hostname) }
}
