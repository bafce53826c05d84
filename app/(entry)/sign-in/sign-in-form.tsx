'use client'

import { useMutation } from '@tanstack/react-query'
import { LoaderCircle, LogIn } from 'lucide-react'
import { useRef, useState } from 'react'
import { api } from '#app/_client/api.ts'
import { problemOf } from '#app/_client/problem.ts'
import { Button } from '#app/_components/button.tsx'
import { duration } from '#app/_components/format.ts'
import { PasswordField } from '#app/_components/password-field.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { useCountdown } from '#app/_components/use-countdown.ts'

export function SignInForm({ next }: { next: string }) {
  const [password, setPassword] = useState('')
  const form = useRef<HTMLFormElement>(null)
  const signIn = useMutation({
    mutationFn: () => api('/api/session', { method: 'POST', body: { password } }),
    // A whole load: what was rendered for nobody must not be shown again from the router's cache.
    onSuccess: () => location.assign(next),
    onError: () => form.current?.querySelector<HTMLInputElement>('#password')?.select(),
  })
  const problem = signIn.error === null ? null : problemOf(signIn.error)
  const lock = problem?.retry_after_seconds ?? 0
  const left = useCountdown(lock, signIn.error)
  const locked = lock > 0 && left > 0
  return (
    <form
      ref={form}
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!locked) signIn.mutate()
      }}
    >
      <h1 className="text-lg font-semibold">Sign in</h1>
      {/* For password managers, which file a password under a name. */}
      <input type="text" name="username" value="admin" autoComplete="username" readOnly hidden />
      <PasswordField
        id="password"
        label="Password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        autoFocus
      />
      {signIn.error !== null && (lock === 0 || locked) && (
        <ProblemNotice
          error={signIn.error}
          heading={locked ? problem?.title : problem?.status === 401 ? problem.detail : undefined}
        />
      )}
      <Button
        type="submit"
        look="primary"
        className="w-full"
        disabled={locked || password === '' || signIn.isPending || signIn.isSuccess}
      >
        {signIn.isPending ? <LoaderCircle aria-hidden className="animate-spin" /> : <LogIn aria-hidden />}
        {locked ? `Locked for ${duration(left * 1000)}` : 'Sign in'}
      </Button>
    </form>
  )
}
