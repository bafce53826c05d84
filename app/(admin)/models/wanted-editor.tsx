'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleX, Lock, Plus, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import { api } from '#app/_client/api.ts'
import { ApiProblem } from '#app/_client/problem.ts'
import type { WantedModel, WantedModels } from '#app/_client/types.ts'
import { Button, IconButton } from '#app/_components/button.tsx'
import { Input } from '#app/_components/field.tsx'
import { Mono, Panel } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'

interface Row {
  key: number
  name: string
  autoUpdate: boolean
  priority: string
}

const GRID =
  'grid grid-cols-[minmax(0,1fr)_auto_auto] items-center gap-x-4 gap-y-1 px-4 py-2 md:grid-cols-[minmax(0,1fr)_11rem_9rem_2.5rem]'

/** Faults of the API by the entry they are about; the path is `models.3`. */
function faultsOf(error: unknown): Map<number, string> {
  const faults = error instanceof ApiProblem ? (error.problem.faults ?? []) : []
  return new Map(
    faults.flatMap(({ path, message }) => {
      const index = /^models\.(\d+)/.exec(path)?.[1]
      return index === undefined ? [] : [[Number(index), message] as const]
    }),
  )
}

function Locked({ model }: { model: WantedModel }) {
  return (
    <div className={GRID}>
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 max-md:col-span-3">
        <Lock aria-hidden className="size-4 shrink-0 text-dim" />
        <Mono>{model.name}</Mono>
        <span className="text-dim">declared by the config file</span>
      </span>
      <span className="text-dim">{model.auto_update ? 'updated by itself' : 'never updated'}</span>
      <span className="text-dim">priority {model.priority}</span>
    </div>
  )
}

interface EditableProps {
  row: Row
  fault: string | undefined
  suggestions: string
  change: (changes: Partial<Row>) => void
  remove: () => void
}

function Editable({ row, fault, suggestions, change, remove }: EditableProps) {
  const id = useId()
  return (
    <div className={GRID}>
      <div className="min-w-0 max-md:col-span-3">
        <Input
          aria-label="Name"
          autoFocus={row.name === ''}
          list={suggestions}
          placeholder="e.g. llama3.2:3b"
          className="font-mono"
          value={row.name}
          aria-invalid={fault !== undefined}
          aria-describedby={fault === undefined ? undefined : id}
          onChange={({ target }) => change({ name: target.value })}
        />
        {fault !== undefined && (
          <p id={id} className="mt-1 flex gap-1.5 text-bad">
            <CircleX aria-hidden className="mt-0.5 size-4 shrink-0" />
            {fault}
          </p>
        )}
      </div>
      <label className="flex items-center gap-2 max-md:min-h-10">
        <input
          type="checkbox"
          className="size-4 accent-accent-solid"
          checked={row.autoUpdate}
          onChange={({ target }) => change({ autoUpdate: target.checked })}
        />
        Update by itself
      </label>
      <label className="flex items-center gap-2">
        Priority
        <Input
          type="number"
          min={0}
          max={100}
          inputMode="numeric"
          className="max-w-20"
          value={row.priority}
          onChange={({ target }) => change({ priority: target.value })}
        />
      </label>
      <IconButton label={row.name === '' ? 'Remove this line' : `Take ${row.name} off the list`} onClick={remove}>
        <Trash2 aria-hidden />
      </IconButton>
    </div>
  )
}

interface WantedEditorProps {
  wanted: readonly WantedModel[]
  /** Names to suggest. */
  here: readonly string[]
  onSaved: () => void
  onCancel: () => void
}

let nextKey = 0
const emptyRow = (): Row => ({ key: (nextKey += 1), name: '', autoUpdate: true, priority: '50' })

function rowOf({ name, auto_update, priority }: WantedModel): Row {
  return { key: (nextKey += 1), name, autoUpdate: auto_update, priority: String(priority) }
}

/** The list of wanted models as a form in its own place. Saving pulls and removes nothing. */
export function WantedEditor({ wanted, here, onSaved, onCancel }: WantedEditorProps) {
  const client = useQueryClient()
  const suggestions = useId()
  const locked = wanted.filter(({ declared }) => declared)
  const [rows, setRows] = useState<readonly Row[]>(() => {
    const free = wanted.filter(({ declared }) => !declared).map(rowOf)
    return free.length === 0 ? [emptyRow()] : free
  })
  const filled = rows.filter(({ name }) => name.trim() !== '')
  const save = useMutation({
    mutationFn: () =>
      api<WantedModels>('/api/models', {
        method: 'PUT',
        body: {
          models: filled.map(({ name, autoUpdate, priority }) => ({
            name: name.trim(),
            auto_update: autoUpdate,
            priority: Number(priority === '' ? 50 : priority),
          })),
        },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['models'] })
      onSaved()
    },
  })
  const faults = faultsOf(save.error)
  const change = (key: number, changes: Partial<Row>) =>
    setRows((before) => before.map((row) => (row.key === key ? { ...row, ...changes } : row)))
  return (
    <form
      aria-label="Wanted models"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Panel className="divide-y">
        {locked.map((model) => (
          <Locked key={model.name} model={model} />
        ))}
        {rows.map((row) => (
          <Editable
            key={row.key}
            row={row}
            fault={faults.get(filled.indexOf(row))}
            suggestions={suggestions}
            change={(changes) => change(row.key, changes)}
            remove={() => setRows((before) => before.filter(({ key }) => key !== row.key))}
          />
        ))}
        <div className="flex flex-wrap items-center gap-2 px-4 py-3">
          <Button onClick={() => setRows((before) => [...before, emptyRow()])}>
            <Plus aria-hidden />
            Add a model
          </Button>
          <span className="text-dim max-md:w-full">
            A lower priority number is pulled first. Saving pulls nothing yet.
          </span>
          <span className="ml-auto flex gap-2">
            <Button onClick={onCancel}>Cancel</Button>
            <Button type="submit" look="primary" disabled={save.isPending}>
              Save and plan
            </Button>
          </span>
        </div>
      </Panel>
      <datalist id={suggestions}>
        {here.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {save.error !== null && faults.size === 0 && (
        <div className="mt-2">
          <ProblemNotice error={save.error} />
        </div>
      )}
    </form>
  )
}
