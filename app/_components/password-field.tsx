'use client'

import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from './button.tsx'
import { describedBy, Field, Input } from './field.tsx'

interface PasswordFieldProps {
  id: string
  label: string
  autoComplete: 'current-password' | 'new-password' | 'off'
  value: string
  onChange: (value: string) => void
  description?: string
  faults?: readonly string[]
  autoFocus?: boolean
  /** What it is called on the button that shows it. */
  what?: string
}

/** A password with a switch to see it. */
export function PasswordField({
  id,
  label,
  autoComplete,
  value,
  onChange,
  description,
  faults = [],
  autoFocus = false,
  what = 'password',
}: PasswordFieldProps) {
  const [shown, setShown] = useState(false)
  return (
    <Field id={id} label={label} faults={faults} {...(description === undefined ? {} : { description })}>
      <div className="relative">
        <Input
          {...describedBy(id, faults)}
          type={shown ? 'text' : 'password'}
          className="pr-10"
          autoComplete={autoComplete}
          autoFocus={autoFocus}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
        <IconButton
          label={`${shown ? 'Hide' : 'Show'} the ${what}`}
          className="absolute inset-y-0 right-0"
          onClick={() => setShown(!shown)}
        >
          {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
        </IconButton>
      </div>
    </Field>
  )
}
