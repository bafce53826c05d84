'use client'

import { Command, Ellipsis, LogOut } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { Brand } from '#app/_components/brand.tsx'
import { classes } from '#app/_components/classes.ts'
import { barEntries, GROUP_TITLES, isCurrent, type NavigationEntry } from './navigation.ts'
import { PageIcon } from './page-icon.tsx'
import { openPalette } from './palette-events.ts'
import { signOut } from './sign-out.ts'
import { ThemeSwitch } from './theme-switch.tsx'

/** How many entries the bar of a phone has room for beside "More". */
const BAR_ENTRIES = 5

const ROW = 'flex w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-left'

const GROUPS = ['look', 'do', 'change'] as const

function RailGroup({
  title,
  entries,
  pathname,
}: {
  title: string | null
  entries: readonly NavigationEntry[]
  pathname: string
}) {
  return (
    <div>
      {title !== null && <p className="px-2.5 pb-0.5 text-[0.86em] text-dim">{title}</p>}
      <ul aria-label={title ?? undefined} className="space-y-0.5">
        {entries.map(({ href, title: name, icon }) => {
          const current = isCurrent(href, pathname)
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={current ? 'page' : undefined}
                className={classes(
                  ROW,
                  current ? 'bg-accent-soft font-medium text-accent' : 'text-dim hover:bg-hover hover:text-fg',
                )}
              >
                <PageIcon name={icon} />
                {name}
              </Link>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** The pages, at the left. */
export function Rail({ entries }: { entries: readonly NavigationEntry[] }) {
  const pathname = usePathname()
  return (
    <nav aria-label="Pages" className="sticky top-0 hidden h-dvh w-56 shrink-0 flex-col border-r bg-panel p-3 md:flex">
      <Link href="/" className="mb-4 rounded-md px-2 py-1.5">
        <Brand />
      </Link>
      <div className="min-h-0 flex-1 space-y-3 overflow-y-auto">
        {GROUPS.map((group) => (
          <RailGroup
            key={group}
            title={GROUP_TITLES[group]}
            entries={entries.filter((entry) => entry.group === group)}
            pathname={pathname}
          />
        ))}
      </div>
      <div className="space-y-0.5 pt-3">
        <button type="button" className={classes(ROW, 'text-dim hover:bg-hover hover:text-fg')} onClick={openPalette}>
          <Command aria-hidden className="size-4" />
          Commands
          <kbd className="ml-auto rounded border px-1 font-sans text-[0.8rem] whitespace-nowrap">Ctrl K</kbd>
        </button>
        <ThemeSwitch />
        <button
          type="button"
          className={classes(ROW, 'text-dim hover:bg-hover hover:text-fg')}
          onClick={() => void signOut()}
        >
          <LogOut aria-hidden className="size-4" />
          Sign out
        </button>
      </div>
    </nav>
  )
}

/** The pages, at the bottom of a phone; the rest is behind "More". */
export function BottomBar({ entries }: { entries: readonly NavigationEntry[] }) {
  const pathname = usePathname()
  const cell = 'flex min-w-0 flex-1 flex-col items-center gap-0.5 rounded-md px-0.5 py-1.5 text-[0.76rem]'
  const shown = barEntries(entries, BAR_ENTRIES)
  const elsewhere = !shown.some(({ href }) => isCurrent(href, pathname))
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-20 flex border-t bg-panel px-1 pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {shown.map(({ href, title, icon }) => {
        const current = isCurrent(href, pathname)
        return (
          <Link
            key={href}
            href={href}
            aria-current={current ? 'page' : undefined}
            className={classes(cell, current ? 'font-medium text-accent' : 'text-dim')}
          >
            <PageIcon name={icon} className="size-5" />
            <span className="max-w-full truncate">{title}</span>
          </Link>
        )
      })}
      <button
        type="button"
        className={classes(cell, elsewhere ? 'font-medium text-accent' : 'text-dim')}
        onClick={openPalette}
      >
        <Ellipsis aria-hidden className="size-5" />
        More
      </button>
    </nav>
  )
}
