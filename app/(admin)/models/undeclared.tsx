'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { api } from '#app/_client/api.ts'
import type { ModelState, PrunedModels } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { bytes } from '#app/_components/format.ts'
import { Mono, Panel, Section } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'

function prune(name: string, dryRun: boolean): Promise<PrunedModels> {
  return api<PrunedModels>('/api/models/prune', { method: 'POST', body: { models: [name], dry_run: dryRun } })
}

function freesText({ models, exact }: PrunedModels): string {
  const frees = models[0]?.frees_bytes ?? models[0]?.size_bytes ?? null
  return frees === null ? '' : `, frees ${exact ? '' : 'about '}${bytes(frees)}`
}

/** One model that nobody asked for: keep it by wanting it, or remove it after a second question. */
function Undeclared({ model, busy, onWant }: { model: ModelState; busy: boolean; onWant: () => void }) {
  const client = useQueryClient()
  const look = useMutation({ mutationFn: () => prune(model.name, true) })
  const remove = useMutation({
    mutationFn: () => prune(model.name, false),
    onSuccess: () => client.invalidateQueries({ queryKey: ['models'] }),
  })
  const error = look.error ?? remove.error
  return (
    <section aria-label={model.name} className="flex flex-wrap items-center gap-x-5 gap-y-2 px-4 py-2.5">
      <h3 className="min-w-40 flex-1 font-medium">
        <Mono>{model.name}</Mono>
        <span className="ml-3 font-normal text-dim">
          {model.size_bytes === null ? 'size not known' : `takes ${bytes(model.size_bytes)}`}
        </span>
      </h3>
      <span className="flex flex-wrap justify-end gap-2">
        {look.data === undefined ? (
          <>
            <Button disabled={busy} onClick={onWant}>
              <Plus aria-hidden />
              Want it
            </Button>
            <Button disabled={busy || look.isPending} onClick={() => look.mutate()}>
              <Trash2 aria-hidden />
              Remove
            </Button>
          </>
        ) : (
          <>
            <Button
              look="danger"
              disabled={busy || remove.isPending || remove.isSuccess}
              onClick={() => remove.mutate()}
            >
              Remove for good{freesText(look.data)}
            </Button>
            <Button disabled={remove.isPending} onClick={() => look.reset()}>
              Leave it
            </Button>
          </>
        )}
      </span>
      {error !== null && (
        <div className="w-full">
          <ProblemNotice error={error} />
        </div>
      )}
    </section>
  )
}

interface UndeclaredModelsProps {
  models: readonly ModelState[]
  busy: boolean
  onWant: (name: string) => void
}

/** What is here without being on the list. */
export function UndeclaredModels({ models, busy, onWant }: UndeclaredModelsProps) {
  const total = models.reduce((sum, { size_bytes }) => sum + (size_bytes ?? 0), 0)
  return (
    <Section title="Here, but not asked for" note={`${models.length}, up to ${bytes(total)}`}>
      <Panel className="divide-y">
        {models.map((model) => (
          <Undeclared key={model.name} model={model} busy={busy} onWant={() => onWant(model.name)} />
        ))}
      </Panel>
    </Section>
  )
}
