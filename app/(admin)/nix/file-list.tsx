'use client'

import type { NixPreviewFile } from '#app/_client/types.ts'
import { arrowsMoveFocus, STOP } from '#app/_components/arrow-list.ts'
import { classes } from '#app/_components/classes.ts'
import { Mark } from '#app/_components/state.tsx'
import { FILE_LOOKS } from './nix-words.ts'

interface Folder {
  path: string
  files: NixPreviewFile[]
}

function byFolder(files: readonly NixPreviewFile[]): Folder[] {
  const folders = new Map<string, NixPreviewFile[]>()
  for (const file of files) {
    const path = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')))
    folders.set(path, [...(folders.get(path) ?? []), file])
  }
  return [...folders].map(([path, inFolder]) => ({ path, files: inFolder }))
}

function FileButton({
  file,
  selected,
  reached,
  onSelect,
}: {
  file: NixPreviewFile
  selected: boolean
  reached: boolean
  onSelect: () => void
}) {
  const { path, state, added, removed } = file
  return (
    <button
      type="button"
      {...STOP}
      tabIndex={reached ? 0 : -1}
      aria-current={selected ? 'true' : undefined}
      onClick={onSelect}
      className={classes(
        'flex w-full items-center gap-3 px-4 py-1 text-left max-md:py-2',
        selected ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <span className="min-w-0 flex-1 truncate font-mono text-[0.93em]">{path.slice(path.lastIndexOf('/') + 1)}</span>
      {state === 'same' ? (
        <span className="text-dim">same</span>
      ) : (
        <>
          {added + removed > 0 && (
            <span className="whitespace-nowrap tabular-nums">
              {added > 0 && <span className="text-good">+{added}</span>}{' '}
              {removed > 0 && <span className="text-bad">−{removed}</span>}
            </span>
          )}
          <Mark {...FILE_LOOKS[state]} />
        </>
      )}
    </button>
  )
}

/** The files of the export by folder, each with what would come of it. */
export function FileList({
  files,
  selected,
  onSelect,
}: {
  files: readonly NixPreviewFile[]
  selected: string | null
  onSelect: (path: string) => void
}) {
  const stop = files.some(({ path }) => path === selected) ? selected : files[0]?.path
  return (
    <div className="max-h-[40vh] overflow-y-auto py-2 lg:max-h-[70vh]" onKeyDown={arrowsMoveFocus}>
      {byFolder(files).map((folder) => (
        <section key={folder.path} aria-label={folder.path === '' ? 'Top of the tree' : folder.path} className="mb-1.5">
          <h3 className="truncate px-4 py-0.5 text-[0.93em] text-dim" title={folder.path}>
            {folder.path === '' ? './' : `${folder.path}/`}
          </h3>
          {folder.files.map((file) => (
            <FileButton
              key={file.path}
              file={file}
              selected={file.path === selected}
              reached={file.path === stop}
              onSelect={() => onSelect(file.path)}
            />
          ))}
        </section>
      ))}
    </div>
  )
}
