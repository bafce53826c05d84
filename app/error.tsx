'use client'

import { RotateCw } from 'lucide-react'
import { Button } from '#app/_components/button.tsx'

/** Shown in place of a page that failed. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div role="alert" className="mx-auto max-w-[40rem] px-4 py-16">
      <h1 className="text-xl font-semibold">This page failed</h1>
      <p className="mt-1 mb-4 text-dim">
        The app itself goes on; what runs, runs. Try again, and if it stays so look into the log of the server
        {error.digest === undefined ? '' : ` for ${error.digest}`}.
      </p>
      <Button look="primary" onClick={reset}>
        <RotateCw aria-hidden />
        Try again
      </Button>
    </div>
  )
}
