import type { NavigationEntry } from './navigation.ts'
import { signOut } from './sign-out.ts'
import { applyTheme, THEMES } from './theme.ts'

/** Something the palette can do. */
export interface Command {
  id: string
  title: string
  about: string
  icon: string
  run: () => void
}

/** Pages first, then actions. */
export function allCommands(entries: readonly NavigationEntry[], go: (href: string) => void): Command[] {
  return [
    ...entries.map(({ href, title, about, icon }) => ({ id: href, title, about, icon, run: () => go(href) })),
    {
      id: 'api',
      title: 'API reference',
      about: 'Every operation with an example',
      icon: 'api',
      run: () => location.assign('/docs'),
    },
    ...THEMES.map((theme) => ({
      id: `theme-${theme}`,
      title: `Theme: ${theme}`,
      about: 'How these pages look',
      icon: 'theme',
      run: () => applyTheme(theme),
    })),
    {
      id: 'sign-out',
      title: 'Sign out',
      about: 'End the session of this browser',
      icon: 'sign-out',
      run: () => void signOut(),
    },
  ]
}

/** Commands that hold every word of the query, best where the title begins with it. */
export function matching(commands: readonly Command[], query: string): Command[] {
  const asked = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const text = ({ title, about }: Command) => `${title} ${about}`.toLowerCase()
  const rank = ({ title }: Command) => (title.toLowerCase().startsWith(asked[0] ?? '') ? 0 : 1)
  return commands
    .filter((command) => asked.every((word) => text(command).includes(word)))
    .sort((a, b) => rank(a) - rank(b))
}
