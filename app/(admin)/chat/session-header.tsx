'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Download, PanelLeft, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { Status } from '#app/_client/types.ts'
import { Button, IconButton } from '#app/_components/button.tsx'
import { Input, Select } from '#app/_components/field.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { saveFile } from './save-file.ts'
import type { Session } from './types.ts'

interface SessionHeaderProps {
  session: Session | undefined
  status: Status | undefined
  model: string
  setModel: (model: string) => void
  showList: () => void
  onDeleted: () => void
}

function ModelPicker({ status, model, setModel }: Pick<SessionHeaderProps, 'status' | 'model' | 'setModel'>) {
  const names = Object.values(status?.models ?? {}).map(({ name }) => name)
  const all = names.includes(model) || names.includes(`${model}:latest`) ? names : [model, ...names]
  return (
    <Select
      aria-label="Model"
      className="!w-auto max-w-64 max-md:max-w-44"
      value={names.includes(`${model}:latest`) ? `${model}:latest` : model}
      onChange={({ target }) => setModel(target.value)}
    >
      {all.map((name) => (
        <option key={name} value={name}>
          {name}
          {names.length > 0 && !names.includes(name) ? ' (not here)' : ''}
        </option>
      ))}
    </Select>
  )
}

/** Rename, export and delete one conversation. */
function SessionActions({
  session,
  onDeleted,
  rename,
}: {
  session: Session
  onDeleted: () => void
  rename: () => void
}) {
  const client = useQueryClient()
  const [asked, setAsked] = useState(false)
  const address = `/api/chat/sessions/${encodeURIComponent(session.session_id)}`
  const remove = useMutation({
    mutationFn: () => api(address, { method: 'DELETE' }),
    onSuccess: () => {
      onDeleted()
      return client.invalidateQueries({ queryKey: ['chat', 'sessions'] })
    },
  })
  const download = useMutation({
    mutationFn: () => api<{ filename: string; markdown: string }>(`${address}/export`),
    onSuccess: ({ filename, markdown }) => saveFile(filename, markdown),
  })
  if (asked)
    return (
      <>
        <Button look="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
          Delete for good
        </Button>
        <Button onClick={() => setAsked(false)}>Keep</Button>
        {remove.error !== null && <ProblemNotice error={remove.error} />}
      </>
    )
  return (
    <>
      <IconButton label="Rename" onClick={rename}>
        <Pencil aria-hidden />
      </IconButton>
      <IconButton label="Export as Markdown" disabled={download.isPending} onClick={() => download.mutate()}>
        <Download aria-hidden />
      </IconButton>
      <IconButton label="Delete" onClick={() => setAsked(true)}>
        <Trash2 aria-hidden />
      </IconButton>
      {download.error !== null && <ProblemNotice error={download.error} />}
    </>
  )
}

function Rename({ session, done }: { session: Session; done: () => void }) {
  const client = useQueryClient()
  const [title, setTitle] = useState(session.title)
  const rename = useMutation({
    mutationFn: () =>
      api(`/api/chat/sessions/${encodeURIComponent(session.session_id)}`, { method: 'PATCH', body: { title } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['chat'] })
      done()
    },
  })
  return (
    <form
      className="flex min-w-0 flex-1 flex-wrap gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        rename.mutate()
      }}
    >
      <Input
        aria-label="Title"
        autoFocus
        className="min-w-32 flex-1"
        value={title}
        onChange={({ target }) => setTitle(target.value)}
        onKeyDown={({ key }) => key === 'Escape' && done()}
      />
      <Button type="submit" look="primary" disabled={rename.isPending || title.trim() === ''}>
        Rename
      </Button>
      {rename.error !== null && <ProblemNotice error={rename.error} />}
    </form>
  )
}

/** The conversation's title, its model, and what can be done with it. */
export function SessionHeader({ session, status, model, setModel, showList, onDeleted }: SessionHeaderProps) {
  const [renaming, setRenaming] = useState(false)
  return (
    <header className="flex flex-wrap items-center gap-x-0.5 gap-y-2 border-b px-2 py-2 md:gap-x-1 md:px-5">
      <IconButton label="Conversations" className="md:hidden" onClick={showList}>
        <PanelLeft aria-hidden />
      </IconButton>
      {renaming && session !== undefined ? (
        <Rename session={session} done={() => setRenaming(false)} />
      ) : (
        <h1 className="mr-auto min-w-24 flex-1 truncate font-semibold">{session?.title ?? 'New conversation'}</h1>
      )}
      {session !== undefined && !renaming && (
        <SessionActions
          key={session.session_id}
          session={session}
          onDeleted={onDeleted}
          rename={() => setRenaming(true)}
        />
      )}
      <ModelPicker status={status} model={model} setModel={setModel} />
    </header>
  )
}
