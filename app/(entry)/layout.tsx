import type { ReactNode } from 'react'
import { Brand } from '#app/_components/brand.tsx'
import { QueryProvider } from '#app/_client/query-provider.tsx'

/** Pages of someone who is not signed in: one narrow column. */
export default function EntryLayout({ children }: { children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-[26rem] flex-col justify-center px-4 py-10">
      <div className="mb-6 text-lg">
        <Brand />
      </div>
      <div className="rounded-lg border bg-panel p-6">
        <QueryProvider>{children}</QueryProvider>
      </div>
    </main>
  )
}
