import { api } from '#app/_client/api.ts'
import { drafts } from '#app/_client/drafts.ts'

/** Ends the session of this browser; a whole load leaves nothing of the pages behind. */
export async function signOut(): Promise<void> {
  await api('/api/session', { method: 'DELETE' })
  drafts.forgetAll()
  location.assign('/sign-in')
}
