'use client'

import { ArrowUp, Paperclip, SlidersHorizontal, Square, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Button, IconButton } from '#app/_components/button.tsx'
import { Checkbox, CONTROL } from '#app/_components/field.tsx'
import { useDraft } from '#app/_client/use-draft.ts'
import { bytes } from '#app/_components/format.ts'
import { classes } from '#app/_components/classes.ts'

/** Largest text that is taken along with a question, in bytes. */
const MAX_ATTACHED = 1_000_000

export interface Draft {
  message: string
  context?: string
  /** For a new conversation, instead of those of the settings. */
  instructions?: string
  memory: boolean
}

interface Attached {
  name: string
  text: string
}

interface ComposerProps {
  /** What unsent texts are kept under. */
  draftOf: string
  isNew: boolean
  busy: boolean
  memoryOn: boolean
  /** Whether it was taken; what was not comes back into the field. */
  send: (draft: Draft, onTaken: () => void) => Promise<boolean>
  stop: () => void
}

/** The next question, with a text to ask about. */
export function Composer({ draftOf, isNew, busy, memoryOn, send, stop }: ComposerProps) {
  const written = useDraft(`chat:${draftOf}`)
  const message = written.text
  const [attached, setAttached] = useState<Attached | null>(null)
  const [refused, setRefused] = useState<string | null>(null)
  const [memory, setMemory] = useState(memoryOn)
  const { text: instructions, setText: setInstructions } = useDraft(`chat-instructions:${draftOf}`)
  const [options, setOptions] = useState(false)
  const file = useRef<HTMLInputElement>(null)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    // On a phone the focus would cover half of the page with a keyboard.
    if (matchMedia('(hover: hover)').matches) box.current?.focus()
  }, [])
  useEffect(() => {
    if (!busy) return
    const onEscape = (event: globalThis.KeyboardEvent) => event.key === 'Escape' && stop()
    addEventListener('keydown', onEscape)
    return () => removeEventListener('keydown', onEscape)
  }, [busy, stop])
  const attach = async (chosen: File | undefined) => {
    if (chosen === undefined) return
    const text = chosen.size > MAX_ATTACHED ? '' : await chosen.text()
    // A NUL is what a text never has and nearly every other file does.
    if (chosen.size > MAX_ATTACHED)
      setRefused(`${chosen.name} has ${bytes(chosen.size)}; at most ${bytes(MAX_ATTACHED)} can be taken along.`)
    else if (text.includes('\0')) setRefused(`${chosen.name} is not a text.`)
    else {
      setRefused(null)
      setAttached({ name: chosen.name, text })
    }
  }
  const submit = () => {
    if (busy || message.trim() === '') return
    const taken = send(
      {
        message: message.trim(),
        memory,
        ...(attached === null ? {} : { context: `${attached.name}:\n${attached.text}` }),
        ...(isNew && instructions.trim() !== '' ? { instructions: instructions.trim() } : {}),
      },
      () => {
        written.taken(message)
        setInstructions('')
      },
    )
    written.hold()
    setAttached(null)
    void taken.then((was) => {
      if (was) return
      written.giveBack(message)
      setAttached((other) => other ?? attached)
    })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault()
      submit()
    }
  }
  return (
    <form
      className="border-t bg-panel px-3 py-3 md:px-8"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="mx-auto max-w-[52rem] space-y-2">
        {options && (
          <div className="space-y-2 rounded-md border px-3 py-2">
            <Checkbox
              label="Use memory"
              description="Give matching messages of earlier conversations to the model."
              checked={memory}
              onChange={({ target }) => setMemory(target.checked)}
            />
            {isNew && (
              <textarea
                aria-label="Instructions"
                rows={2}
                placeholder="Instructions for this conversation, instead of those in the settings"
                className={classes(CONTROL, 'block')}
                value={instructions}
                onChange={({ target }) => setInstructions(target.value)}
              />
            )}
          </div>
        )}
        {attached !== null && (
          <p className="flex w-fit items-center gap-1.5 rounded-md border bg-sunken pl-2.5">
            <Paperclip aria-hidden className="size-4" />
            {attached.name} <span className="text-dim">{bytes(new Blob([attached.text]).size)}</span>
            <IconButton label={`Leave out ${attached.name}`} onClick={() => setAttached(null)}>
              <X aria-hidden />
            </IconButton>
          </p>
        )}
        {refused !== null && (
          <p role="alert" className="text-bad">
            {refused}
          </p>
        )}
        <div className="flex items-end gap-1.5">
          <input
            ref={file}
            type="file"
            hidden
            aria-label="Text file"
            onChange={({ target }) => void attach(target.files?.[0]).then(() => (target.value = ''))}
          />
          <IconButton label="Attach a text file" onClick={() => file.current?.click()}>
            <Paperclip aria-hidden />
          </IconButton>
          <IconButton label="Options" aria-expanded={options} onClick={() => setOptions(!options)}>
            <SlidersHorizontal aria-hidden />
          </IconButton>
          <textarea
            aria-label="Message"
            ref={box}
            rows={1}
            placeholder="Ask something…"
            className={classes(CONTROL, 'field-sizing-content max-h-48 resize-none !py-1.5')}
            value={message}
            onChange={({ target }) => written.setText(target.value)}
            onKeyDown={onKeyDown}
          />
          {busy ? (
            <Button onClick={stop} aria-keyshortcuts="Escape">
              <Square aria-hidden />
              Stop
            </Button>
          ) : (
            <Button type="submit" look="primary" disabled={message.trim() === ''}>
              <ArrowUp aria-hidden />
              Send
            </Button>
          )}
        </div>
      </div>
    </form>
  )
}
