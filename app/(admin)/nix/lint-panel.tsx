'use client'

import { useMutation } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { api } from '#app/_client/api.ts'
import type { NixLint } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { count } from '#app/_components/format.ts'
import { Mono, Panel, Section } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { Mark } from '#app/_components/state.tsx'

function Findings({ lint }: { lint: NixLint }) {
  if (lint.findings.length === 0)
    return (
      <p className="px-4 py-3">
        <Mark word="Clean" tone="good" className="mr-3 font-medium" />
        {count(lint.files, 'file')} checked, no error and no warning.
      </p>
    )
  return (
    <ul className="divide-y">
      {lint.findings.map(({ file, line, rule, severity, message }) => (
        <li
          key={`${file}:${line} ${rule} ${message}`}
          className="grid gap-x-5 px-4 py-2 md:grid-cols-[6rem_minmax(0,1fr)_minmax(0,1.6fr)]"
        >
          <Mark word={severity === 'error' ? 'Error' : 'Warning'} tone={severity === 'error' ? 'bad' : 'warn'} />
          <Mono>
            {file}:{line}
          </Mono>
          <span>
            {message} <span className="text-dim">Rule {rule}.</span>
          </span>
        </li>
      ))}
    </ul>
  )
}

/** Holds the tree against the Charter, as it would be written. */
export function LintPanel() {
  const lint = useMutation({ mutationFn: () => api<NixLint>('/api/nix/lint', { method: 'POST', body: {} }) })
  return (
    <Section
      title="Charter"
      note="the rules of the config repo, held against the export"
      actions={
        <Button disabled={lint.isPending} onClick={() => lint.mutate()}>
          <ShieldCheck aria-hidden />
          {lint.data === undefined ? 'Check' : 'Check again'}
        </Button>
      }
    >
      {lint.error !== null && <ProblemNotice error={lint.error} />}
      {lint.data !== undefined && (
        <Panel>
          <Findings lint={lint.data} />
        </Panel>
      )}
    </Section>
  )
}
