'use client'

import { useLayoutEffect, useRef, useState } from 'react'
import { drafts } from './drafts.ts'
import type { FieldValues, OperationDescription } from './operation.ts'

interface Begun {
  /** Values that the page knows. */
  fixed: FieldValues
  /** What the form begins with. */
  initial: FieldValues
  /** Fields that are not kept. */
  unkept: readonly string[]
}

/** What was kept, as far as the form still has such fields. */
function valuesOf(text: string, names: readonly string[]): FieldValues {
  if (text === '') return {}
  const kept = JSON.parse(text) as FieldValues
  return Object.fromEntries(
    Object.entries(kept)
      .filter(([name]) => names.includes(name))
      // A field that was emptied: JSON has no undefined.
      .map(([name, value]) => [name, value ?? undefined]),
  )
}

/** The values of a form while it is filled in: they are still there when the page comes back, however it was left. */
export function useFormDraft({ id, fields }: OperationDescription, { fixed, initial, unkept }: Begun) {
  // Forms of one operation for several things are told apart by what is fixed.
  const name = `form:${id}:${JSON.stringify(fixed)}`
  const [values, setValues] = useState(initial)
  const [restored, setRestored] = useState(false)
  const edited = useRef<FieldValues>({})
  useLayoutEffect(() => {
    const kept = valuesOf(
      drafts.read(name),
      fields.map((field) => field.name),
    )
    if (Object.keys(kept).length === 0) return
    edited.current = kept
    setValues((before) => ({ ...before, ...kept }))
    setRestored(true)
  }, [name, fields])
  return {
    values,
    restored,
    set: (field: string, value: unknown) => {
      setValues((before) => ({ ...before, [field]: value }))
      if (unkept.includes(field)) return
      edited.current = { ...edited.current, [field]: value ?? null }
      drafts.keep(name, JSON.stringify(edited.current))
    },
    /** It was sent, or given up. */
    forget: () => {
      edited.current = {}
      drafts.keep(name, '')
    },
  }
}
