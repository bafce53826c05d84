'use client'

import { useState } from 'react'
import type { NixPreview } from '#app/_client/types.ts'
import { count } from '#app/_components/format.ts'
import { Checkbox } from '#app/_components/field.tsx'
import { Empty, Mono, Panel, Section } from '#app/_components/page.tsx'
import { FileList } from './file-list.tsx'
import { FileView } from './file-view.tsx'
import { isDue, isHeldBack } from './nix-words.ts'

function summary({ files, exists, exported_version }: NixPreview): string {
  const due = files.filter(({ state }) => isDue(state)).length
  const held = files.filter(({ state }) => isHeldBack(state)).length
  if (!exists || exported_version === null) return `${count(files.length, 'file')}, none written yet`
  if (due + held === 0) return `${count(files.length, 'file')}, all as they should be`
  return [
    ...(due > 0 ? [`${count(due, 'file')} to write`] : []),
    ...(held > 0 ? [`${count(held, 'file')} held back for your edits`] : []),
  ].join(', ')
}

/** The tree as it would be written, beside what is there. */
export function ExportFiles({ preview }: { preview: NixPreview }) {
  const { files, directory } = preview
  const different = files.filter(({ state }) => state !== 'same')
  const written = preview.exists && preview.exported_version !== null
  const [all, setAll] = useState(!written || different.length === 0)
  const [selected, setSelected] = useState<string | null>(null)
  const shown = all ? files : different
  const file = shown.find(({ path }) => path === selected) ?? shown[0]
  return (
    <Section
      title="Files"
      note={summary(preview)}
      actions={
        written && (
          <Checkbox label="Only what differs" checked={!all} onChange={({ target }) => setAll(!target.checked)} />
        )
      }
    >
      <p className="mb-2 text-dim">
        In <Mono>{directory}</Mono>
        {preview.exported_version !== null && ` as version ${preview.exported_version} wrote it`}
      </p>
      {file === undefined ? (
        <Empty>Nothing differs: what is there is what would be written.</Empty>
      ) : (
        <Panel className="grid lg:grid-cols-[22rem_minmax(0,1fr)] lg:divide-x max-lg:divide-y">
          <FileList files={shown} selected={file.path} onSelect={setSelected} />
          <FileView key={`${file.path} ${file.state}`} directory={directory} file={file} />
        </Panel>
      )}
    </Section>
  )
}
