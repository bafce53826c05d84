'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { isUnreachable } from './problem.ts'

/** Longest wait before a question that found nobody is asked again, in milliseconds. */
const AGAIN_MS = 4000

function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2000,
        // What the app refused it will refuse again; where nobody answers it is asked until somebody does.
        retry: (_, error) => isUnreachable(error),
        retryDelay: (failures) => Math.min(AGAIN_MS, 500 * 2 ** failures),
        // The app may run on this very machine, which then needs no network to be asked.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
}

export function QueryProvider({ children }: { children: ReactNode }) {
  const [client] = useState(makeClient)
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>
}
