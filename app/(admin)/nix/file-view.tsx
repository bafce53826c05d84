'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { NixDiff, NixFile, NixPreviewFile } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { CopyButton } from '#app/_components/copy-button.tsx'
import { bytes } from '#app/_components/format.ts'
import { Mono, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { DiffLines, FileText } from './diff-lines.tsx'
import { FILE_LOOKS } from './nix-words.ts'

function Whole({ path }: { path: string }) {
  const { data, error } = useQuery({
    queryKey: ['nix', 'file', path],
    queryFn: () => api<NixFile>(`/api/nix/file?path=${encodeURIComponent(path)}`),
  })
  if (error !== null) return <ProblemNotice error={error} />
  return data === undefined ? <Skeleton rows={8} height={24} /> : <FileText text={data.text} />
}

function Difference({ directory, path }: { directory: string; path: string }) {
  const query = new URLSearchParams({ directory, path })
  const { data, error } = useQuery({
    queryKey: ['nix', 'diff', directory, path],
    queryFn: () => api<NixDiff>(`/api/nix/diff?${query.toString()}`),
  })
  if (error !== null) return <ProblemNotice error={error} />
  if (data === undefined) return <Skeleton rows={8} height={24} />
  const diff = data.files[0]?.diff ?? ''
  return diff === '' ? <p className="px-4 py-3 text-dim">There is no difference.</p> : <DiffLines diff={diff} />
}

/** One file: what an export would change in it, or the whole of it. */
export function FileView({ directory, file }: { directory: string; file: NixPreviewFile }) {
  const { path, state } = file
  const gone = state === 'obsolete' || state === 'left'
  const plain = state === 'same' || state === 'new'
  const [whole, setWhole] = useState(plain)
  const look = FILE_LOOKS[state]
  return (
    <div className="min-w-0">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b px-4 py-2.5">
        <div className="min-w-0">
          <h3 className="font-medium">
            <Mono>{path}</Mono>
          </h3>
          <p className="text-dim">
            {look.about}
            {file.bytes > 0 && ` ${bytes(file.bytes)}.`}
          </p>
        </div>
        <span className="flex gap-2">
          {!gone && !plain && (
            <Button aria-pressed={whole} onClick={() => setWhole(!whole)}>
              {whole ? 'Show the changes' : 'Show the whole file'}
            </Button>
          )}
          <CopyButton text={path} label="Copy path" />
        </span>
      </div>
      <div className="max-h-[62vh] overflow-y-auto">
        {whole && !gone ? <Whole path={path} /> : <Difference directory={directory} path={path} />}
      </div>
    </div>
  )
}
