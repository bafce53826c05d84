import type { Metadata } from 'next'
import { MIN_PASSWORD_CHARS } from '#lib/auth/index.ts'
import { getCore } from '#app/_server/core.ts'
import { FirstRunForm } from './first-run-form.tsx'

export const metadata: Metadata = { title: 'Welcome' }

export default async function FirstRunPage() {
  const passwordSet = await (await getCore()).admin.hasPassword()
  return <FirstRunForm passwordSet={passwordSet} minChars={MIN_PASSWORD_CHARS} />
}
