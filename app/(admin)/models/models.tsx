'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { FlaskConical, ListChecks, Pencil } from 'lucide-react'
import { useState } from 'react'
import { modelKey } from '#lib/models/name.ts'
import { api } from '#app/_client/api.ts'
import { useModelsStatus, useWantedModels } from '#app/_client/queries.ts'
import type { ModelsStatus, WantedModels } from '#app/_client/types.ts'
import { usePageRun } from '#app/_client/use-page-run.ts'
import { Button } from '#app/_components/button.tsx'
import { LiveRun } from '#app/_components/live-run.tsx'
import { Empty, Page, Panel, Section, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { Disk } from './disk.tsx'
import { ModelRow } from './model-row.tsx'
import { Notices } from './notices.tsx'
import { PlanPanel } from './plan-panel.tsx'
import { RunResult } from './run-result.tsx'
import { UndeclaredModels } from './undeclared.tsx'
import { WantedEditor } from './wanted-editor.tsx'

interface ModelsPageProps {
  initialWanted: WantedModels | undefined
  initialStatus: ModelsStatus | undefined
}

/** Which models should be here, which are, and do they answer. */
export function ModelsPage({ initialWanted, initialStatus }: ModelsPageProps) {
  const client = useQueryClient()
  const wanted = useWantedModels(initialWanted)
  const { data: status, error } = useModelsStatus(initialStatus)
  const [editing, setEditing] = useState(false)
  const [planning, setPlanning] = useState(false)
  const run = usePageRun(['models'], status?.activity?.run_id ?? null)
  const entries = wanted.data?.models ?? []
  const declared = new Set(entries.filter((entry) => entry.declared).map(({ name }) => modelKey(name)))
  const here = status?.models.filter((model) => !model.wanted) ?? []
  const asked = status?.models.filter((model) => model.wanted) ?? []
  const want = useMutation({
    mutationFn: (name: string) =>
      api('/api/models', {
        method: 'PUT',
        body: {
          models: [
            ...entries.filter((entry) => !entry.declared).map(({ declared: _, ...entry }) => entry),
            { name, auto_update: true, priority: 50 },
          ],
        },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['models'] })
      plan()
    },
  })
  const plan = () => {
    run.close()
    setPlanning(true)
  }
  const test = (models: readonly string[]) => run.start({ path: '/api/models/test', body: { models } })
  return (
    <Page
      title="Models"
      lead="Which models this machine should have, which are here, and whether they answer."
      actions={
        <>
          {asked.length > 0 && (
            <Button disabled={run.busy || status?.unreachable !== null} onClick={() => test([])}>
              <FlaskConical aria-hidden />
              Test all
            </Button>
          )}
          {entries.length > 0 && (
            <Button look="primary" disabled={run.busy || editing} onClick={plan}>
              <ListChecks aria-hidden />
              Plan
            </Button>
          )}
        </>
      }
    >
      {[error, wanted.error, run.error, want.error].map(
        (problem, n) => problem !== null && <ProblemNotice key={n} error={problem} />,
      )}
      {status !== undefined && <Notices status={status} />}
      {planning && !editing && (
        <PlanPanel
          free={status?.disk?.available_bytes ?? null}
          busy={run.busy}
          onClose={() => setPlanning(false)}
          onApply={() => {
            setPlanning(false)
            run.start({ path: '/api/models/apply', body: {} })
          }}
        />
      )}
      {run.id !== null && (
        <Section title="Last run" actions={!run.busy && <Button onClick={run.close}>Close</Button>}>
          <LiveRun key={run.id} id={run.id} onEnd={run.onEnd}>
            {(output) => <RunResult output={output} />}
          </LiveRun>
        </Section>
      )}
      <Section
        title="Wanted models"
        note={wanted.data === undefined ? undefined : String(entries.length)}
        actions={
          !editing && (
            <Button disabled={wanted.data === undefined} onClick={() => setEditing(true)}>
              <Pencil aria-hidden />
              Edit the list
            </Button>
          )
        }
      >
        {editing ? (
          <WantedEditor
            wanted={entries}
            here={here.map(({ name }) => name)}
            onCancel={() => setEditing(false)}
            onSaved={() => {
              setEditing(false)
              plan()
            }}
          />
        ) : status === undefined ? (
          error === null && (
            <Panel>
              <Skeleton rows={3} height={68} />
            </Panel>
          )
        ) : asked.length === 0 ? (
          <Empty
            action={
              <Button look="primary" onClick={() => setEditing(true)}>
                Add a model
              </Button>
            }
          >
            No model is asked for yet. What stands on this list is pulled, tested once a day and kept up to date; a good
            first one is llama3.2:3b (2&nbsp;GB).
          </Empty>
        ) : (
          <Panel className="divide-y">
            {asked.map((model) => (
              <ModelRow
                key={model.name}
                model={model}
                declared={declared.has(modelKey(model.name))}
                busy={run.busy}
                onTest={() => test([model.name])}
              />
            ))}
          </Panel>
        )}
      </Section>
      {here.length > 0 && (
        <UndeclaredModels models={here} busy={run.busy || want.isPending} onWant={(name) => want.mutate(name)} />
      )}
      {status !== undefined && <Disk status={status} />}
    </Page>
  )
}
