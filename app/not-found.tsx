import type { Metadata } from 'next'
import { ButtonLink } from '#app/_components/button.tsx'

export const metadata: Metadata = { title: 'Nothing here' }

export default function NotFound() {
  return (
    <div className="mx-auto max-w-[40rem] px-4 py-16">
      <h1 className="text-xl font-semibold">There is nothing here</h1>
      <p className="mt-1 mb-4 text-dim">
        The address may be mistyped, or what it named was removed: runs and their results are kept as long as the
        settings say.
      </p>
      <ButtonLink href="/" look="primary">
        Home
      </ButtonLink>
    </div>
  )
}
