'use client'

import { useQuery } from '@tanstack/react-query'
import { Download, FileOutput, TriangleAlert } from 'lucide-react'
import { useId, useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { NixPreview } from '#app/_client/types.ts'
import { usePageRun } from '#app/_client/use-page-run.ts'
import { Button } from '#app/_components/button.tsx'
import { Select } from '#app/_components/field.tsx'
import { LiveRun } from '#app/_components/live-run.tsx'
import { Page, Panel, Section, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { ExportFiles } from './export-files.tsx'
import { ExportResult } from './export-result.tsx'
import { ImportPanel } from './import-panel.tsx'
import { LintPanel } from './lint-panel.tsx'
import { MigratePanel } from './migrate-panel.tsx'
import { isDue } from './nix-words.ts'

function previewPath(directory: string | null): string {
  return directory === null ? '/api/nix/preview' : `/api/nix/preview?directory=${encodeURIComponent(directory)}`
}

/** What the export would say, where it would go, and what it would change there. */
export function NixPage({ initial }: { initial: NixPreview | undefined }) {
  const folderId = useId()
  const [directory, setDirectory] = useState<string | null>(null)
  const { data, error } = useQuery({
    queryKey: ['nix', 'preview', directory],
    queryFn: () => api<NixPreview>(previewPath(directory)),
    placeholderData: (before) => before,
    ...(directory === null && initial !== undefined ? { initialData: initial } : {}),
  })
  const run = usePageRun(['nix'])
  const write = (folder: string | undefined, force: boolean) =>
    run.start({
      path: '/api/nix/export',
      body: { force, ...(folder === undefined ? {} : { directory: folder }) },
    })
  const due = data?.files.filter(({ state }) => isDue(state)).length ?? 0
  return (
    <Page
      title="Nix"
      lead="This app and its stack as NixOS modules: what the export would say, and what it would change."
      actions={
        <>
          {data !== undefined && data.allowed_directories.length > 1 && (
            <span className="flex items-center gap-2">
              <label htmlFor={folderId} className="text-dim">
                Folder
              </label>
              <Select
                id={folderId}
                className="!w-auto max-w-72"
                value={data.directory}
                onChange={({ target }) => setDirectory(target.value)}
              >
                {data.allowed_directories.map((folder) => (
                  <option key={folder}>{folder}</option>
                ))}
              </Select>
            </span>
          )}
          <a
            href="/api/nix/download"
            download
            className="inline-flex min-h-8 items-center gap-1.5 rounded-md border border-edge/60 bg-panel px-3 py-1 font-medium hover:bg-hover max-md:min-h-10"
          >
            <Download aria-hidden className="size-4" />
            Download
          </a>
          <Button
            look="primary"
            disabled={run.busy || data === undefined}
            onClick={() => write(data?.directory, false)}
          >
            <FileOutput aria-hidden />
            {due === 0 ? 'Export' : `Export ${due === 1 ? '1 file' : `${due} files`}`}
          </Button>
        </>
      }
    >
      {[error, run.error].map((problem, n) => problem !== null && <ProblemNotice key={n} error={problem} />)}
      {run.id !== null && (
        <Section title="Last export" actions={!run.busy && <Button onClick={run.close}>Close</Button>}>
          <LiveRun key={run.id} id={run.id} onEnd={run.onEnd}>
            {(output) => <ExportResult output={output} busy={run.busy} onForce={(folder) => write(folder, true)} />}
          </LiveRun>
        </Section>
      )}
      {data?.notes.map((note) => (
        <p key={note} className="flex gap-2 rounded-lg border border-warn/40 bg-warn-soft px-4 py-3">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
          {note}
        </p>
      ))}
      {data === undefined ? (
        error === null && (
          <Panel>
            <Skeleton rows={12} height={32} />
          </Panel>
        )
      ) : (
        <ExportFiles key={data.directory} preview={data} />
      )}
      <LintPanel />
      <ImportPanel />
      <MigratePanel />
    </Page>
  )
}
