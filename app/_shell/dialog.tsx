'use client'

import { type ReactNode, useEffect, useRef } from 'react'

/** The browser's own dialog: it keeps the focus inside, closes with Escape and gives the focus back. */
export function Dialog({
  label,
  open,
  onClose,
  children,
  className,
}: {
  label: string
  open: boolean
  onClose: () => void
  children: ReactNode
  className?: string
}) {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open && ref.current?.open === false) ref.current.showModal()
    if (!open) ref.current?.close()
  }, [open])
  return (
    <dialog
      ref={ref}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => event.target === ref.current && onClose()}
      className={`w-[min(36rem,calc(100vw-2rem))] rounded-xl border bg-panel text-fg shadow-2xl ${className ?? ''}`}
    >
      {open && children}
    </dialog>
  )
}
