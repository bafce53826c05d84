'use client'

import { useEffect, useState } from 'react'
import { Button } from '#app/_components/button.tsx'
import { Dialog } from './dialog.tsx'
import { openPalette } from './palette-events.ts'

const KEYS = [
  ['Ctrl K', 'Commands: go to a page or do something'],
  ['/', 'Search on this page'],
  ['?', 'These keys'],
  ['Enter', 'In chat: send; Shift Enter begins a new line'],
  ['Esc', 'Stop an answer, close what is open'],
  ['↑ ↓ ← →', 'In a tree or list: move, close and open'],
] as const

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  )
}

/** Keys that work on every page. */
export function Keyboard() {
  const [help, setHelp] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        openPalette()
      } else if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
      else if (event.key === '?') setHelp(true)
      else if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('main [type=search]')
        if (search === null) return
        event.preventDefault()
        search.focus()
      }
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <Dialog label="Keys" open={help} onClose={() => setHelp(false)}>
      <div className="p-5">
        <h2 className="mb-3 text-lg font-semibold">Keys</h2>
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
          {KEYS.map(([key, what]) => (
            <div key={key} className="contents">
              <dt>
                <kbd className="rounded border bg-sunken px-1.5 py-0.5 font-sans whitespace-nowrap">{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <div className="mt-4 text-right">
          <Button onClick={() => setHelp(false)}>Close</Button>
        </div>
      </div>
    </Dialog>
  )
}
