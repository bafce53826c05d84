import type { ReactNode } from 'react'
import { QueryProvider } from '#app/_client/query-provider.tsx'
import { listWorkflows } from '#app/_server/operations.ts'
import { requirePrincipal } from '#app/_server/session.ts'
import { ConnectionNotice } from '#app/_shell/connection-notice.tsx'
import { Keyboard } from '#app/_shell/keyboard.tsx'
import { navigation } from '#app/_shell/navigation.ts'
import { Palette } from '#app/_shell/palette.tsx'
import { BottomBar, Rail } from '#app/_shell/rail.tsx'

/** Every page of someone who is signed in. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  await requirePrincipal()
  const entries = navigation(await listWorkflows())
  return (
    <QueryProvider>
      <a
        href="#content"
        className="sr-only z-30 rounded-md bg-accent-solid px-4 py-2 text-white focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <div className="flex min-h-dvh">
        <Rail entries={entries} />
        <main id="content" tabIndex={-1} className="min-w-0 flex-1 pb-16 !outline-none md:pb-0">
          {children}
        </main>
      </div>
      <BottomBar entries={entries} />
      <Palette entries={entries} />
      <Keyboard />
      <ConnectionNotice />
    </QueryProvider>
  )
}
