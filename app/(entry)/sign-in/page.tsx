import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Mono } from '#app/_components/page.tsx'
import { getCore } from '#app/_server/core.ts'
import { currentPrincipal } from '#app/_server/session.ts'
import { returnPath } from './return-path.ts'
import { SignInForm } from './sign-in-form.tsx'

export const metadata: Metadata = { title: 'Sign in' }

/** What stands in for the form while no password is set. */
function NotYet({ hasOwnerKey }: { hasOwnerKey: boolean }) {
  return (
    <>
      <h1 className="mb-2 text-lg font-semibold">No password is set yet</h1>
      {hasOwnerKey ? (
        <p>
          This app was set up with an owner key, so it printed no first-run link. Set the password with that key:{' '}
          <Mono>PUT /api/session/password</Mono> with <Mono>{'{"password": "…"}'}</Mono>, then sign in here.
        </p>
      ) : (
        <p>
          Open the first-run link that the app printed when it started. It ends in <Mono>/first-run#…</Mono> and works
          once, for 24 hours. Restarting the app prints a new one.
        </p>
      )}
    </>
  )
}

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const next = returnPath((await searchParams).next)
  const core = await getCore()
  if ((await currentPrincipal()) !== null) redirect(next)
  return (await core.admin.hasPassword()) ? <SignInForm next={next} /> : <NotYet hasOwnerKey={core.hasOwnerKey} />
}
