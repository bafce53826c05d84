import { api } from '#app/_client/api.ts'

/** Ends the session of this browser; a whole load leaves nothing of the pages behind. */
export async function signOut(): Promise<void> {
  await api('/api/session', { method: 'DELETE' })
  location.assign('/sign-in')
}
