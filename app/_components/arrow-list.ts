import type { KeyboardEvent } from 'react'

/** Marks what arrows stop at in a list; Tab leads to one of these only, so that a long list is left with one press. */
export const STOP = { 'data-stop': '' }

/** Up, down, Home and End move the focus through a list's {@link STOP}s. */
export function arrowsMoveFocus(event: KeyboardEvent<HTMLElement>): void {
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-stop]')]
  const at = stops.findIndex((stop) => stop === document.activeElement)
  if (at < 0) return
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key]
  if (to === undefined) return
  event.preventDefault()
  stops[Math.min(Math.max(to, 0), stops.length - 1)]?.focus()
}
