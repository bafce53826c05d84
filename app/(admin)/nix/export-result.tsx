'use client'

import { useState } from 'react'
import type { NixExport } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { count } from '#app/_components/format.ts'
import { Mono, Panel } from '#app/_components/page.tsx'
import { Mark } from '#app/_components/state.tsx'
import { DiffLines } from './diff-lines.tsx'
import { FILE_LOOKS } from './nix-words.ts'

function isExport(output: unknown): output is NixExport {
  return typeof output === 'object' && output !== null && 'kept' in output && 'written' in output
}

function Kept({ file }: { file: NixExport['kept'][number] }) {
  return (
    <details>
      <summary className="flex flex-wrap items-center gap-x-4 px-4 py-2 hover:bg-hover">
        <Mark {...FILE_LOOKS[file.state]} />
        <Mono>{file.path}</Mono>
        <span className="text-dim">{FILE_LOOKS[file.state].about}</span>
      </summary>
      {file.diff !== '' && <DiffLines diff={file.diff} />}
    </details>
  )
}

/** What an export has written, and what it has left because a person changed it. */
export function ExportResult({
  output,
  busy,
  onForce,
}: {
  output: unknown
  busy: boolean
  onForce: (directory: string) => void
}) {
  const [asked, setAsked] = useState(false)
  if (!isExport(output)) return null
  const { written, removed, unchanged, kept, complete, directory } = output
  const done = [
    `${count(written.length, 'file')} written`,
    ...(removed.length > 0 ? [`${count(removed.length, 'file')} removed`] : []),
    ...(unchanged > 0 ? [`${unchanged} as they should be`] : []),
  ]
  return (
    <Panel className="divide-y">
      <p className="px-4 py-3">
        <Mark
          word={complete ? 'Complete' : 'Not complete'}
          tone={complete ? 'good' : 'warn'}
          className="mr-3 font-medium"
        />
        {done.join(', ')} in <Mono>{directory}</Mono>.
      </p>
      {kept.map((file) => (
        <Kept key={file.path} file={file} />
      ))}
      {!complete && (
        <div className="flex flex-wrap items-center gap-2 px-4 py-3">
          <span className="flex-1">
            What was changed by hand has been left. Take over what the export says into your file, or write over it.
          </span>
          {asked ? (
            <>
              <Button look="danger" disabled={busy} onClick={() => onForce(directory)}>
                Write over the hand edits
              </Button>
              <Button onClick={() => setAsked(false)}>Keep them</Button>
            </>
          ) : (
            <Button onClick={() => setAsked(true)}>Write over…</Button>
          )}
        </div>
      )}
    </Panel>
  )
}
