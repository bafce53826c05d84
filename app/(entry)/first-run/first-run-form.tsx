'use client'

import { useMutation } from '@tanstack/react-query'
import { KeyRound, LoaderCircle } from 'lucide-react'
import { useState, useSyncExternalStore } from 'react'
import { api } from '#app/_client/api.ts'
import { problemOf } from '#app/_client/problem.ts'
import { Button, ButtonLink } from '#app/_components/button.tsx'
import { PasswordField } from '#app/_components/password-field.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'

function onHashChange(wake: () => void): () => void {
  addEventListener('hashchange', wake)
  return () => removeEventListener('hashchange', wake)
}

/** Null while the server renders: it never sees the fragment. */
function useToken(): string | null {
  return useSyncExternalStore(
    onHashChange,
    () => location.hash.slice(1),
    () => null,
  )
}

function Unusable({ passwordSet }: { passwordSet: boolean }) {
  return (
    <>
      <h1 className="mb-2 text-lg font-semibold">
        {passwordSet ? 'The password is set already' : 'This link is not whole'}
      </h1>
      <p className="mb-4">
        {passwordSet
          ? 'The first-run link works once, and it was used. Sign in with the password.'
          : 'It has no token after the #. Copy the whole line that the app printed when it started.'}
      </p>
      {passwordSet && (
        <ButtonLink href="/sign-in" look="primary">
          Sign in
        </ButtonLink>
      )}
    </>
  )
}

/** Sets the admin's password with the token of the first-run link, which is in the fragment and so in no log. */
export function FirstRunForm({ passwordSet, minChars }: { passwordSet: boolean; minChars: number }) {
  const token = useToken()
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [checked, setChecked] = useState(false)
  const submit = useMutation({
    mutationFn: () => api('/api/session/first-run', { method: 'POST', body: { token, password } }),
    onSuccess: () => location.replace('/'),
  })
  if (passwordSet || token === '') return <Unusable passwordSet={passwordSet} />
  const faults = submit.error === null ? [] : (problemOf(submit.error).faults ?? [])
  const short =
    checked && password.length < minChars ? [`needs at least ${minChars} characters, has ${password.length}`] : []
  const differs = checked && again !== password ? ['is not the same as above'] : []
  return (
    <form
      className="space-y-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setChecked(true)
        if (password.length >= minChars && again === password) submit.mutate()
      }}
    >
      <div>
        <h1 className="text-lg font-semibold">Welcome</h1>
        <p className="mt-1 text-dim">
          Choose the password of these pages. There is one administrator, and nothing leaves this machine.
        </p>
      </div>
      <input type="text" name="username" value="admin" autoComplete="username" readOnly hidden />
      <PasswordField
        id="password"
        label="New password"
        autoComplete="new-password"
        description={`At least ${minChars} characters. Several words are easier to remember than signs.`}
        faults={[...short, ...faults.filter(({ path }) => path === 'password').map(({ message }) => message)]}
        value={password}
        onChange={setPassword}
        autoFocus
      />
      <PasswordField
        id="again"
        label="Once more"
        autoComplete="new-password"
        faults={differs}
        value={again}
        onChange={setAgain}
      />
      {submit.error !== null && <ProblemNotice error={submit.error} except={['password']} />}
      <Button
        type="submit"
        look="primary"
        className="w-full"
        disabled={token === null || submit.isPending || submit.isSuccess}
      >
        {submit.isPending ? <LoaderCircle aria-hidden className="animate-spin" /> : <KeyRound aria-hidden />}
        Set the password and sign in
      </Button>
    </form>
  )
}
