'use client'

import { useState } from 'react'
import { Button } from './button.tsx'

/** A button for what cannot be taken back: it asks once more, in its own place. */
export function AskTwice({
  label,
  confirm,
  keep = 'Keep',
  disabled,
  onConfirm,
  describedAs,
}: {
  label: string
  /** What the second button says: the deed itself. */
  confirm: string
  keep?: string
  disabled: boolean
  onConfirm: () => void
  /** Full name for screen readers, where the label alone does not say of what. */
  describedAs?: string
}) {
  const [asked, setAsked] = useState(false)
  if (!asked)
    return (
      <Button disabled={disabled} aria-label={describedAs} onClick={() => setAsked(true)}>
        {label}
      </Button>
    )
  return (
    <>
      <Button
        look="danger"
        autoFocus
        disabled={disabled}
        onClick={() => {
          setAsked(false)
          onConfirm()
        }}
      >
        {confirm}
      </Button>
      <Button onClick={() => setAsked(false)}>{keep}</Button>
    </>
  )
}
