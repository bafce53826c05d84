import type { WorkflowSummary } from '#app/_client/operation.ts'

/** A page as the rail, the bar and the palette know it. */
export interface NavigationEntry {
  href: string
  title: string
  /** Key of its icon: a workflow's id or a page's name. */
  icon: string
  /** For the palette. */
  about: string
  /** Why someone comes for it: is everything well, do this for me, change how it works. */
  group: 'look' | 'do' | 'change'
}

/** What each group of pages is for, where it has room to say so. */
export const GROUP_TITLES: Readonly<Record<NavigationEntry['group'], string | null>> = {
  look: null,
  do: 'Workflows',
  change: 'Setup',
}

/** How the machine is, then a page for each workflow, then how it is set up. */
export function navigation(workflows: readonly WorkflowSummary[]): NavigationEntry[] {
  const look = { group: 'look' } as const
  const change = { group: 'change' } as const
  return [
    { ...look, href: '/', title: 'Home', icon: 'home', about: 'Is everything well' },
    { ...look, href: '/health', title: 'Health', icon: 'health', about: 'What works, and since when' },
    { ...look, href: '/runs', title: 'Runs', icon: 'runs', about: 'What happened, and what happens now' },
    ...workflows.map(({ id, page, title, description }) => ({
      group: 'do' as const,
      href: page,
      title,
      icon: id,
      about: description,
    })),
    {
      ...change,
      href: '/models',
      title: 'Models',
      icon: 'models',
      about: 'Which models are here, and do they answer',
    },
    {
      ...change,
      href: '/open-webui',
      title: 'Open WebUI',
      icon: 'open-webui',
      about: 'Can its models use the workflows',
    },
    { ...change, href: '/mcp', title: 'MCP', icon: 'mcp', about: 'Which MCP servers there are, and who may use them' },
    { ...change, href: '/nix', title: 'Nix', icon: 'nix', about: 'What the export of this machine would say' },
    { ...change, href: '/settings', title: 'Settings', icon: 'settings', about: 'Settings and API keys' },
  ]
}

/** The pages that a phone's bar shows by themselves: home and the workflows, which is what a phone is taken out for. */
export function barEntries(entries: readonly NavigationEntry[], room: number): NavigationEntry[] {
  return entries.filter(({ href, group }) => href === '/' || group === 'do').slice(0, room)
}

export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`)
}
