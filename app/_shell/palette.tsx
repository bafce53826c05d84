'use client'

import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { classes } from '#app/_components/classes.ts'
import { allCommands, matching } from './commands.ts'
import { Dialog } from './dialog.tsx'
import type { NavigationEntry } from './navigation.ts'
import { PageIcon } from './page-icon.tsx'
import { onOpenPalette } from './palette-events.ts'

function PaletteBody({ entries, close }: { entries: readonly NavigationEntry[]; close: () => void }) {
  const router = useRouter()
  const [query, setQuery] = useState('')
  const [selected, setSelected] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  const commands = useMemo(() => allCommands(entries, (href) => router.push(href)), [entries, router])
  const found = matching(commands, query)
  const current = found[Math.min(selected, found.length - 1)]
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [selected])
  const run = (command = current) => {
    close()
    command?.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) {
      event.preventDefault()
      setSelected((at) => (Math.min(at, found.length - 1) + step + found.length) % Math.max(1, found.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run()
    }
  }
  return (
    <>
      <input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={current === undefined ? undefined : `command-${current.id}`}
        aria-label="Command"
        placeholder="Go to a page, or do something…"
        className="w-full border-b bg-transparent px-4 py-3 text-base !outline-none"
        value={query}
        onChange={({ target }) => {
          setQuery(target.value)
          setSelected(0)
        }}
        onKeyDown={onKeyDown}
      />
      <ul
        ref={list}
        id="palette-list"
        role="listbox"
        aria-label="Commands"
        className="max-h-[min(24rem,60vh)] overflow-y-auto p-2"
      >
        {found.map((command) => (
          <li
            key={command.id}
            id={`command-${command.id}`}
            role="option"
            aria-selected={command === current}
            onClick={() => run(command)}
            className={classes(
              'flex items-center gap-2.5 rounded-md px-2.5 py-1.5 max-md:py-2.5',
              command === current ? 'bg-accent-soft text-accent' : 'hover:bg-hover',
            )}
          >
            <PageIcon name={command.icon} />
            <span className="font-medium whitespace-nowrap">{command.title}</span>
            <span className="truncate text-dim">{command.about}</span>
          </li>
        ))}
        {found.length === 0 && <li className="px-2.5 py-2 text-dim">Nothing here is called that.</li>}
      </ul>
    </>
  )
}

/** Ctrl-K: every page and action by its name. */
export function Palette({ entries }: { entries: readonly NavigationEntry[] }) {
  const [open, setOpen] = useState(false)
  useEffect(() => onOpenPalette(() => setOpen(true)), [])
  const close = () => setOpen(false)
  return (
    <Dialog label="Commands" open={open} onClose={close} className="!mt-[12vh] overflow-hidden">
      <PaletteBody entries={entries} close={close} />
    </Dialog>
  )
}
