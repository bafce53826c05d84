'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { useEffect, useState } from 'react'
import { words } from '#app/_components/format.ts'
import { applyTheme, currentTheme, type Theme, THEMES } from './theme.ts'

const ICONS = { system: Monitor, light: Sun, dark: Moon } as const

/** Goes through system, light and dark. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>('system')
  useEffect(() => setTheme(currentTheme()), [])
  const Icon = ICONS[theme]
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
  return (
    <button
      type="button"
      title={`Change to: ${words(next)}`}
      className="flex w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-left text-dim hover:bg-hover hover:text-fg"
      onClick={() => {
        applyTheme(next)
        setTheme(next)
      }}
    >
      <Icon aria-hidden className="size-4" />
      Theme: {theme}
    </button>
  )
}
