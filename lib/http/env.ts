/** What the server tells the app about a request beyond the request itself. */
export interface ServerBindings {
  address?: string
}

/** Hono's environment of the API. */
export interface ApiEnv {
  Bindings: ServerBindings
}

/** The client's address; in tests and under `next dev` there are no bindings at all. */
export function addressOf(bindings: ServerBindings | undefined): string {
  return bindings?.address ?? 'local'
}
