'use client'

import { useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { api } from '#app/_client/api.ts'
import type { ModelAction, ModelsPlan } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { bytes, count } from '#app/_components/format.ts'
import { sentence } from '#app/_components/health-words.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Mono, Panel, Section, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { Mark } from '#app/_components/state.tsx'
import { ACTION_LOOKS, isChange } from './model-words.ts'

const ROW = 'grid gap-x-5 gap-y-0.5 px-4 py-2.5 md:grid-cols-[9rem_minmax(0,1fr)_minmax(0,1.4fr)_8rem]'

function sizeOf({ action, bytes: size }: ModelAction): string {
  if (action === 'verify') return ''
  if (size === null) return action === 'pull' || action === 'update' ? 'size not known' : ''
  return action === 'pull' || action === 'update' ? `${bytes(size)} to fetch` : bytes(size)
}

function ActionRow({ action }: { action: ModelAction }) {
  return (
    <li className={ROW}>
      <Mark
        {...ACTION_LOOKS[action.action]}
        tone={action.action === 'keep' ? 'good' : 'none'}
        className={isChange(action) ? 'font-medium !text-accent' : ''}
      />
      <Mono>{action.name}</Mono>
      <span className="text-dim">
        {sentence(action.because)}
        {action.not_before !== null && (
          <>
            {' '}
            It failed before; by itself it is tried again <Moment at={action.not_before} />.
          </>
        )}
      </span>
      <span className="md:text-right">{sizeOf(action)}</span>
    </li>
  )
}

function summary(plan: ModelsPlan, free: number | null): string {
  const changes = plan.actions.filter(isChange)
  if (changes.length === 0) return 'There is nothing to do.'
  const room = free === null ? '' : `; ${bytes(free)} are free`
  if (plan.download_bytes === null) return `How much is to be fetched is not known before it begins${room}.`
  return plan.download_bytes === 0 ? 'Nothing is to be fetched.' : `${bytes(plan.download_bytes)} to fetch${room}.`
}

interface PlanPanelProps {
  /** Bytes free on the disk of the models, where it is known. */
  free: number | null
  busy: boolean
  onApply: () => void
  onClose: () => void
}

/** What applying the list would do, asked anew each time it is opened. Changes nothing. */
export function PlanPanel({ free, busy, onApply, onClose }: PlanPanelProps) {
  const {
    data: plan,
    error,
    isFetching,
  } = useQuery({
    queryKey: ['models', 'plan'],
    queryFn: ({ signal }) => api<ModelsPlan>('/api/models/plan', { signal }),
    refetchOnWindowFocus: false,
    gcTime: 0,
  })
  const changes = plan?.actions.filter(isChange).length ?? 0
  return (
    <Section title="Plan" note={isFetching ? 'asking Ollama and the registries' : 'nothing is done yet'}>
      {error !== null && <ProblemNotice error={error} />}
      {plan === undefined && error === null && (
        <Panel>
          <Skeleton rows={3} height={44} />
        </Panel>
      )}
      {plan !== undefined && (
        <Panel className="divide-y">
          <ul className="divide-y">
            {plan.actions.map((action) => (
              <ActionRow key={action.name} action={action} />
            ))}
          </ul>
          <div className="flex flex-wrap items-center gap-2 px-4 py-3">
            <span className="font-medium">{summary(plan, free)}</span>
            <span className="ml-auto flex gap-2">
              <Button onClick={onClose}>Close</Button>
              {changes > 0 && (
                <Button look="primary" disabled={busy || isFetching} onClick={onApply}>
                  <Play aria-hidden />
                  Apply {count(changes, 'change')}
                </Button>
              )}
            </span>
          </div>
        </Panel>
      )}
    </Section>
  )
}
