import type { ComponentProps, ReactNode } from 'react'
import { classes } from './classes.ts'

/** A page's column: title, one line on what it is for, its actions, its content. */
export function Page({
  title,
  lead,
  actions,
  children,
}: {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  return (
    <div className="mx-auto w-full max-w-[1200px] px-4 py-5 md:px-8 md:py-7">
      <header className="mb-5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {lead !== undefined && <p className="mt-0.5 max-w-[90ch] text-dim">{lead}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      <div className="space-y-6">{children}</div>
    </div>
  )
}

/** A named part of a page. */
export function Section({
  title,
  note,
  actions,
  children,
  className,
}: {
  title: string
  note?: ReactNode
  actions?: ReactNode
  children: ReactNode
  className?: string
}) {
  return (
    <section aria-label={title} className={classes('min-w-0', className)}>
      <div className="mb-1.5 flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h2 className="font-semibold">
          {title}
          {note !== undefined && <span className="ml-2 font-normal text-dim">{note}</span>}
        </h2>
        {actions}
      </div>
      {children}
    </section>
  )
}

export function Panel({ className, ...rest }: ComponentProps<'div'>) {
  return <div className={classes('rounded-lg border bg-panel', className)} {...rest} />
}

/** What is said where there is nothing yet. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-3 rounded-lg border border-dashed px-6 py-8 text-center text-dim">
      <p className="max-w-[56ch]">{children}</p>
      {action}
    </div>
  )
}

/** Name and value pairs. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[fit-content(40%)_minmax(0,1fr)] gap-x-6 gap-y-1.5">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="break-words text-dim">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** A path, an id or code. */
export function Mono({ children }: { children: ReactNode }) {
  return <span className="font-mono text-[0.93em] [overflow-wrap:anywhere]">{children}</span>
}

/** Grey lines where rows will be. */
export function Skeleton({ rows, height = 36 }: { rows: number; height?: number }) {
  return (
    <div aria-hidden className="divide-y">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex items-center px-4" style={{ height }}>
          <div className="h-3 animate-breathe rounded bg-hover" style={{ width: `${62 - ((row * 17) % 30)}%` }} />
        </div>
      ))}
    </div>
  )
}
