'use client'

import { useMutation } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { useId, useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { NixMigration } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { Field, Input } from '#app/_components/field.tsx'
import { count } from '#app/_components/format.ts'
import { Mono, Panel, Section } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { WithCode } from '#app/_components/with-code.tsx'
import { Mark } from '#app/_components/state.tsx'
import { DiffLines } from './diff-lines.tsx'

function Report({ report }: { report: NixMigration }) {
  const { findings, diffs, folders_to_remove, files, written } = report
  return (
    <Panel className="divide-y">
      <p className="px-4 py-3">
        {count(files, 'file')} read, {count(findings.length, 'use')} of a retired option
        {written.length > 0 && `, ${count(written.length, 'file')} rewritten`}.
        {folders_to_remove.map((folder) => (
          <span key={folder}>
            {' '}
            The folder <Mono>{folder}</Mono> has to go.
          </span>
        ))}
      </p>
      {findings.map(({ file, line, column, kind, old, new: now, message }) => (
        <div
          key={`${file}:${line}:${column} ${old}`}
          className="grid gap-x-5 px-4 py-2 md:grid-cols-[9rem_minmax(0,1fr)_minmax(0,1.6fr)]"
        >
          <Mark word={kind === 'renamed' ? 'Renamed' : 'Look at this'} tone={kind === 'renamed' ? 'due' : 'warn'} />
          <Mono>
            {file}:{line}
          </Mono>
          <span>
            <Mono>{old}</Mono>
            {now !== null && (
              <>
                {' '}
                is now <Mono>{now}</Mono>
              </>
            )}
            <span className="block text-dim">{message}</span>
          </span>
        </div>
      ))}
      {diffs.map(({ path, diff }) => (
        <details key={path}>
          <summary className="px-4 py-2 hover:bg-hover">
            What a rewrite changes in <Mono>{path}</Mono>
          </summary>
          <DiffLines diff={diff} />
        </details>
      ))}
    </Panel>
  )
}

/** Finds the uses of retired options in a config repo. Only looks; the rewrite is a command, beside the person's own git. */
export function MigratePanel() {
  const id = useId()
  const [directory, setDirectory] = useState('')
  const look = useMutation({
    mutationFn: () => api<NixMigration>('/api/nix/migrate', { method: 'POST', body: { directory, write: false } }),
  })
  return (
    <Section title="Migrate" note="where a config repo still uses hwc.server.ai">
      <form
        className="mb-3 flex max-w-3xl flex-wrap items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          look.mutate()
        }}
      >
        <div className="min-w-64 flex-1">
          <Field
            id={id}
            label="Config repo"
            description={
              <WithCode text="A folder that this app may read. On the command line, `hwc-ai nix migrate REPO --write` rewrites it." />
            }
          >
            <Input
              id={id}
              placeholder="/etc/nixos"
              value={directory}
              onChange={({ target }) => setDirectory(target.value)}
            />
          </Field>
        </div>
        <Button type="submit" className="mt-[1.85rem]" disabled={directory.trim() === '' || look.isPending}>
          <Search aria-hidden />
          {look.isPending ? 'Looking' : 'Look'}
        </Button>
      </form>
      {look.error !== null && <ProblemNotice error={look.error} />}
      {look.data !== undefined && <Report report={look.data} />}
    </Section>
  )
}
