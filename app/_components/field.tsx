import { type ComponentProps, type ReactNode, useId } from 'react'
import { CircleX } from 'lucide-react'
import { classes } from './classes.ts'

export const CONTROL =
  'w-full min-h-8 rounded-md border border-edge bg-panel px-2.5 py-1 max-md:min-h-10 max-md:text-base aria-invalid:border-bad disabled:opacity-60'

/** A control with its label, what it is for, and what is wrong with it. */
export function Field({
  id,
  label,
  description,
  optional = false,
  faults = [],
  children,
}: {
  id: string
  label: string
  description?: ReactNode
  optional?: boolean
  faults?: readonly string[]
  children: ReactNode
}) {
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
        {optional && <span className="ml-1.5 font-normal text-dim">optional</span>}
      </label>
      {children}
      {faults.length > 0 ? (
        <p id={`${id}-fault`} className="mt-1 flex gap-1.5 text-bad">
          <CircleX aria-hidden className="mt-0.5 size-4 shrink-0" />
          {faults.join('; ')}
        </p>
      ) : (
        description !== undefined &&
        description !== '' && (
          <p id={`${id}-about`} className="mt-1 text-[0.93em] text-dim">
            {description}
          </p>
        )
      )}
    </div>
  )
}

/** What ties a control to the texts of its {@link Field}. */
export function describedBy(id: string, faults: readonly string[]) {
  return {
    id,
    'aria-describedby': faults.length > 0 ? `${id}-fault` : `${id}-about`,
    'aria-invalid': faults.length > 0,
  }
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={classes(CONTROL, className)} autoComplete="off" spellCheck={false} {...rest} />
}

export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select className={classes(CONTROL, 'pr-1', className)} {...rest} />
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={classes(CONTROL, 'block resize-y', className)} spellCheck={false} {...rest} />
}

export function Checkbox({
  label,
  description,
  ...rest
}: Omit<ComponentProps<'input'>, 'type'> & { label: string; description?: string }) {
  const id = useId()
  const described = description !== undefined && description !== ''
  return (
    <div className="py-0.5">
      <label className="flex w-fit gap-2 font-medium">
        <input
          type="checkbox"
          aria-describedby={described ? id : undefined}
          className="mt-[3px] size-4 shrink-0 accent-accent-solid"
          {...rest}
        />
        {label}
      </label>
      {described && (
        <p id={id} className="pl-6 text-[0.93em] text-dim">
          {description}
        </p>
      )}
    </div>
  )
}
