'use client'

import { CornerDownRight, RotateCcw, X } from 'lucide-react'
import { useState } from 'react'
import { problemOf } from '#app/_client/problem.ts'
import { Button, IconButton } from '#app/_components/button.tsx'
import { Input } from '#app/_components/field.tsx'
import { bytes, count } from '#app/_components/format.ts'
import { Mono } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { becauseWord, stateWord } from './plan-words.ts'
import { actionsIn, type FolderNode, moves } from './tree.ts'
import type { Action } from './types.ts'
import { usePlanEdit } from './use-plan.ts'

function Destination({ planId, action }: { planId: string; action: Action }) {
  const edit = usePlanEdit(planId)
  const [text, setText] = useState(action.destination ?? action.file)
  const faults = edit.error === null ? [] : (problemOf(edit.error).faults ?? [])
  return (
    <form
      className="space-y-2"
      onSubmit={(event) => {
        event.preventDefault()
        edit.mutate([{ id: action.id, destination: text }])
      }}
    >
      <div className="flex flex-wrap gap-2">
        <Input
          aria-label="Destination"
          aria-invalid={faults.length > 0}
          className="font-mono text-[0.93em]"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <Button
          type="submit"
          look={text === action.destination ? 'plain' : 'primary'}
          disabled={edit.isPending || text === action.destination || text === action.file}
        >
          {moves(action) ? 'Change the destination' : 'Move it there'}
        </Button>
        {moves(action) && (
          <Button disabled={edit.isPending} onClick={() => edit.mutate([{ id: action.id, exclude: true }])}>
            Leave it where it is
          </Button>
        )}
        {action.because === 'excluded' && (
          <Button disabled={edit.isPending} onClick={() => edit.mutate([{ id: action.id, exclude: false }])}>
            <RotateCcw aria-hidden />
            As planned
          </Button>
        )}
      </div>
      {faults.length > 0 ? (
        <p role="alert" className="text-bad">
          {faults.map(({ message }) => message).join('; ')}
        </p>
      ) : (
        edit.error !== null && <ProblemNotice error={edit.error} />
      )}
    </form>
  )
}

/** Causes that editing can overrule; everything else stays for a reason that holds. */
const MOVABLE: readonly Action['because'][] = ['excluded', 'no-rule', 'left-by-rule', 'ignored', 'blocked', 'in-place']

function FileDetails({ planId, action, editable }: { planId: string; action: Action; editable: boolean }) {
  return (
    <div className="space-y-2">
      <p>
        <Mono>{action.file}</Mono> <span className="text-dim">{bytes(action.size_bytes)}</span>
      </p>
      {action.destination !== null && (
        <p className="flex gap-1.5 text-good">
          <CornerDownRight aria-hidden className="mt-0.5 size-4 shrink-0" />
          <Mono>{action.destination}</Mono>
        </p>
      )}
      <p>
        {action.reason}{' '}
        <span className="text-dim">
          {becauseWord(action.because)}
          {action.category !== null && ` · ${action.category}`} · {stateWord(action.state)}
        </span>
      </p>
      {action.outcome !== null && <p className="text-warn">{action.outcome}</p>}
      {action.stale !== null && action.stale !== undefined && (
        <p className="text-warn">Since the plan: {action.stale}</p>
      )}
      {editable && (moves(action) || MOVABLE.includes(action.because)) && (
        <Destination key={`${action.id} ${action.destination ?? ''}`} planId={planId} action={action} />
      )}
    </div>
  )
}

function FolderDetails({ planId, folder, editable }: { planId: string; folder: FolderNode; editable: boolean }) {
  const edit = usePlanEdit(planId)
  const moving = actionsIn(folder).filter(moves)
  return (
    <div className="space-y-2">
      <p>
        <Mono>{folder.path}/</Mono>{' '}
        <span className="text-dim">
          {count(folder.count, 'file')}, {moving.length} of them move
        </span>
      </p>
      {editable && moving.length > 0 && (
        <Button disabled={edit.isPending} onClick={() => edit.mutate(moving.map(({ id }) => ({ id, exclude: true })))}>
          Leave {moving.length === 1 ? 'it' : `all ${moving.length}`} where {moving.length === 1 ? 'it is' : 'they are'}
        </Button>
      )}
      {edit.error !== null && <ProblemNotice error={edit.error} />}
    </div>
  )
}

/** What is known of the selected file or folder, and how to change it: beside the trees, or where these fill the width, below in sight. */
export function SelectionPanel({
  planId,
  selection,
  editable,
  close,
}: {
  planId: string
  selection: Action | FolderNode | null
  editable: boolean
  close: () => void
}) {
  if (selection === null)
    return (
      <p className="self-start rounded-lg border border-dashed px-4 py-3 text-dim max-lg:hidden">
        Choose a file to see why it goes where it goes
        {editable ? ', to send it elsewhere or to leave it where it is. A folder stands for all its files' : ''}.
      </p>
    )
  return (
    <section
      aria-label="Selected"
      className="rounded-lg border bg-panel px-4 py-3 max-lg:sticky max-lg:bottom-16 max-lg:z-10 max-lg:shadow-[0_-4px_24px_rgb(0_0_0/0.15)] md:max-lg:bottom-3 md:max-lg:col-span-2 lg:self-start"
    >
      <IconButton label="Close" className="float-right -mt-1.5 -mr-2" onClick={close}>
        <X aria-hidden />
      </IconButton>
      {'kind' in selection ? (
        <FolderDetails planId={planId} folder={selection} editable={editable} />
      ) : (
        <FileDetails planId={planId} action={selection} editable={editable} />
      )}
    </section>
  )
}
