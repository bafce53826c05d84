import type { Metadata } from 'next'
import type { NixPreview } from '#app/_client/types.ts'
import { preload } from '#app/_server/operations.ts'
import { NixPage } from './nix.tsx'

export const metadata: Metadata = { title: 'Nix' }

export default async function Page() {
  const preview = await preload<NixPreview>('preview_nix_export')
  return <NixPage initial={preview} />
}
