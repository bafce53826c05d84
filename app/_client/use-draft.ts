'use client'

import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import { drafts } from './drafts.ts'

interface UseDraft {
  text: string
  setText: (text: string) => void
  /** Empties the field and keeps the text until it is known whether it was taken. */
  hold: () => void
  /** What {@link UseDraft.hold} kept was taken. */
  taken: (text: string) => void
  /** What was held comes back, unless something else was begun. */
  giveBack: (text: string) => void
}

/**
 * A text that is being written. It is still there when the page comes back, however it was left.
 * @param name of what it is written for; under another name the same text goes on
 */
export function useDraft(name: string): UseDraft {
  const [text, show] = useState('')
  const place = useRef<string | null>(null)
  // Before anything is drawn, so that no empty field is seen first.
  useLayoutEffect(() => {
    if (place.current === null) show(drafts.read(name))
    else if (place.current !== name) drafts.move(place.current, name)
    place.current = name
  }, [name])
  const here = useCallback(() => place.current ?? name, [name])
  return {
    text,
    setText: (next) => {
      show(next)
      drafts.keep(here(), next)
    },
    hold: () => show(''),
    taken: (sent) => drafts.sent(here(), sent),
    giveBack: (held) => show((begun) => (begun === '' ? held : begun)),
  }
}
