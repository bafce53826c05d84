import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'
import { classes } from './classes.ts'

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger'

const LOOKS: Readonly<Record<ButtonLook, string>> = {
  primary: 'bg-accent-solid text-white border-transparent hover:brightness-110 active:brightness-95',
  plain: 'bg-panel text-fg border-edge/60 hover:bg-hover',
  quiet: 'border-transparent text-dim hover:bg-hover hover:text-fg',
  danger: 'bg-panel text-bad border-bad/50 hover:bg-bad-soft',
}

const SHAPE =
  'inline-flex min-h-8 shrink-0 items-center justify-center gap-1.5 rounded-md border px-3 py-1 font-medium whitespace-nowrap select-none max-md:min-h-10 disabled:opacity-50 disabled:cursor-not-allowed [&_svg]:size-4 [&_svg]:shrink-0'

function buttonClass(look: ButtonLook, extra?: string): string {
  return classes(SHAPE, LOOKS[look], extra)
}

export function Button({
  look = 'plain',
  className,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & { look?: ButtonLook }) {
  return <button type={type} className={buttonClass(look, className)} {...rest} />
}

export function ButtonLink({
  look = 'plain',
  className,
  ...rest
}: ComponentProps<typeof Link> & { look?: ButtonLook }) {
  return <Link className={buttonClass(look, className)} {...rest} />
}

/** A button of an icon alone; its name is for screen readers and on hover. */
export function IconButton({
  label,
  children,
  className,
  ...rest
}: Omit<ComponentProps<'button'>, 'aria-label' | 'title'> & { label: string; children: ReactNode }) {
  return (
    <Button
      look="quiet"
      aria-label={label}
      title={label}
      className={classes('w-8 !px-0 max-md:w-10', className)}
      {...rest}
    >
      {children}
    </Button>
  )
}
