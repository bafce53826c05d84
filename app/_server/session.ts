import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { PATH_HEADER } from '#lib/core/shared.ts'
import { SESSION_COOKIE } from '#lib/http/guard.ts'
import type { Principal } from '#lib/operations/types.ts'
import { getCore } from './core.ts'

/** Who is signed in with this request's cookie; asked once per request. */
export const currentPrincipal = cache(async (): Promise<Principal | null> => {
  const token = (await cookies()).get(SESSION_COOKIE)?.value
  if (token === undefined || token === '') return null
  return (await getCore()).admin.verifySession(token)
})

/** Who is signed in; sends everyone else to the sign-in page, which leads back. */
export async function requirePrincipal(): Promise<Principal> {
  const principal = await currentPrincipal()
  if (principal !== null) return principal
  const path = (await headers()).get(PATH_HEADER)
  redirect(path === null || path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`)
}
