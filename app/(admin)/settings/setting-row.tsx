'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pencil, RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { api } from '#app/_client/api.ts'
import type { Setting } from '#app/_client/types.ts'
import { Button, IconButton } from '#app/_components/button.tsx'
import { classes } from '#app/_components/classes.ts'
import { Mono } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { SettingControl } from './setting-control.tsx'
import { fromText, toText } from './setting-text.ts'

const SOURCES = {
  default: 'default',
  file: 'config file',
  nix: 'set by Nix',
  environment: 'environment',
  admin: 'set here',
} as const

function Value({ setting: { value, unit, type } }: { setting: Setting }) {
  if (value === null || value === '') return <span className="text-dim">{value === null ? 'not set' : 'empty'}</span>
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (Array.isArray(value) && value.length === 0) return <span className="text-dim">none</span>
  return (
    <>
      <Mono>
        {type.kind === 'listOf' && Array.isArray(value)
          ? value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join(', ')
          : toText(type, value)}
      </Mono>
      {typeof value === 'number' && unit !== null && unit !== 'port' ? ` ${unit}` : ''}
    </>
  )
}

/** One setting: value, where it comes from, and a form in its place while it is edited. */
export function SettingRow({ setting }: { setting: Setting }) {
  const client = useQueryClient()
  const [editing, setEditing] = useState(false)
  const [text, setText] = useState('')
  const [changed, setChanged] = useState(false)
  const address = `/api/settings/${encodeURIComponent(setting.path)}`
  const done = () => {
    setEditing(false)
    setChanged(true)
    return client.invalidateQueries({ queryKey: ['settings'] })
  }
  const save = useMutation({
    mutationFn: () => api(address, { method: 'PUT', body: { value: fromText(setting.type, text) } }),
    onSuccess: done,
  })
  const reset = useMutation({ mutationFn: () => api(address, { method: 'DELETE' }), onSuccess: done })
  const error = save.error ?? reset.error
  const open = () => {
    setText(toText(setting.type, setting.value))
    save.reset()
    setEditing(true)
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-6 gap-y-1 px-4 py-2.5 md:grid-cols-[minmax(0,5fr)_minmax(0,5fr)_auto]">
      <div className={classes('min-w-0', editing && 'max-md:col-span-2')}>
        <Mono>{setting.path.split('.').slice(1).join('.') || setting.path}</Mono>
        <p className="text-[0.93em] text-dim">{setting.description}</p>
      </div>
      <div className="min-w-0 max-md:col-span-2">
        {editing ? (
          <form
            className="space-y-2"
            onSubmit={(event) => {
              event.preventDefault()
              save.mutate()
            }}
          >
            <SettingControl setting={setting} text={text} set={setText} />
            <div className="flex gap-2">
              <Button type="submit" look="primary" disabled={save.isPending}>
                Save
              </Button>
              <Button onClick={() => setEditing(false)}>Cancel</Button>
            </div>
          </form>
        ) : (
          <div className="break-words">
            <Value setting={setting} />
            <span className="block text-[0.93em] text-dim">
              {SOURCES[setting.source]}
              {setting.locked && (
                <>
                  {' '}
                  · change <Mono>hwc.ai.{setting.path}</Mono> in the Nix config
                </>
              )}
              {changed && setting.restart && (
                <strong className="font-medium text-warn"> · takes effect at the next start</strong>
              )}
            </span>
          </div>
        )}
        {error !== null && (
          <div className="mt-2">
            <ProblemNotice error={error} />
          </div>
        )}
      </div>
      {!editing && (
        <div className="flex gap-1 justify-self-end max-md:col-start-2 max-md:row-start-1">
          {setting.source === 'admin' && (
            <IconButton
              label={`Undo the change of ${setting.path}`}
              onClick={() => reset.mutate()}
              disabled={reset.isPending}
            >
              <RotateCcw aria-hidden />
            </IconButton>
          )}
          {!setting.locked && (
            <IconButton label={`Edit ${setting.path}`} onClick={open}>
              <Pencil aria-hidden />
            </IconButton>
          )}
        </div>
      )}
    </div>
  )
}
