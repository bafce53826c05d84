'use client'

import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useId, useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { NixImport } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { Field, Textarea } from '#app/_components/field.tsx'
import { count } from '#app/_components/format.ts'
import { Mono, Panel, Section } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { WithCode } from '#app/_components/with-code.tsx'

function shown(value: unknown): string {
  return value === null || value === undefined ? 'not set' : typeof value === 'string' ? value : JSON.stringify(value)
}

function Changes({ result }: { result: NixImport }) {
  return (
    <>
      <p className="px-4 py-3 font-medium">
        {result.changes.length === 0
          ? 'Nothing is different.'
          : `${count(result.changes.length, 'setting')} ${result.applied ? 'changed' : 'would change'}.`}{' '}
        <span className="font-normal text-dim">{result.unchanged} are as the configuration says.</span>
      </p>
      {result.changes.map(({ path, from, to, restart }) => (
        <div key={path} className="grid gap-x-5 px-4 py-2 md:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)]">
          <Mono>{path}</Mono>
          <span>
            <s className="text-dim">{shown(from)}</s> <Mono>{shown(to)}</Mono>
            {restart && <span className="block text-dim">Takes effect at the next start.</span>}
          </span>
        </div>
      ))}
      {result.left.map(({ path, reason }) => (
        <div key={path} className="grid gap-x-5 px-4 py-2 text-dim md:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)]">
          <Mono>{path}</Mono>
          <span>{reason}</span>
        </div>
      ))}
    </>
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new Error('That is not JSON. Paste the whole output of nix eval --json.', { cause: error })
  }
}

/** Takes the values of an evaluated config over into the settings, after they were looked at. */
export function ImportPanel() {
  const id = useId()
  const [text, setText] = useState('')
  const take = useMutation({
    mutationFn: (apply: boolean) =>
      api<NixImport>('/api/nix/import', { method: 'POST', body: { config: parsed(text), apply } }),
  })
  const result = take.data
  return (
    <Section title="Import" note="take the values of an evaluated config over into the settings">
      <form
        className="max-w-3xl space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          take.mutate(false)
        }}
      >
        <Field
          id={id}
          label="Evaluated config"
          description={<WithCode text="What `nix eval --json .#nixosConfigurations.HOST.config.hwc.ai` prints." />}
        >
          <Textarea
            id={id}
            rows={4}
            className="font-mono text-[0.93em]"
            placeholder='{ "ollama": { "enable": true, … } }'
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </Field>
        <Button type="submit" disabled={text.trim() === '' || take.isPending}>
          <Download aria-hidden />
          Show what would change
        </Button>
      </form>
      <div className="mt-3 space-y-3">
        {take.error !== null && <ProblemNotice error={take.error} />}
        {result !== undefined && (
          <Panel className="divide-y">
            <Changes result={result} />
            {!result.applied && result.changes.length > 0 && (
              <div className="px-4 py-3">
                <Button look="primary" disabled={take.isPending} onClick={() => take.mutate(true)}>
                  Change {count(result.changes.length, 'setting')}
                </Button>
              </div>
            )}
          </Panel>
        )}
      </div>
    </Section>
  )
}
