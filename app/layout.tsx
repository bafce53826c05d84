import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { isTheme, THEME_COOKIE } from '#app/_shell/theme.ts'
import './globals.css'

export const metadata: Metadata = {
  title: { template: '%s · hwc-ai', default: 'hwc-ai' },
  description: 'Workflows for local models on this machine.',
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f9f9fb' },
    { media: '(prefers-color-scheme: dark)', color: '#111113' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = (await cookies()).get(THEME_COOKIE)?.value
  return (
    <html lang="en" {...(isTheme(theme) && theme !== 'system' ? { 'data-theme': theme } : {})}>
      <body className="font-sans antialiased">{children}</body>
    </html>
  )
}
