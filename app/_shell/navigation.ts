import type { WorkflowSummary } from '#app/_client/operation.ts'

/** A page as the rail, the bar and the palette know it. */
export interface NavigationEntry {
  href: string
  title: string
  /** Key of its icon: a workflow's id or a page's name. */
  icon: string
  /** For the palette. */
  about: string
}

/** Home, then a page for each workflow, then the app's own pages. */
export function navigation(workflows: readonly WorkflowSummary[]): NavigationEntry[] {
  return [
    { href: '/', title: 'Home', icon: 'home', about: 'Is everything well' },
    ...workflows.map(({ id, page, title, description }) => ({ href: page, title, icon: id, about: description })),
    { href: '/models', title: 'Models', icon: 'models', about: 'Which models are here, and do they answer' },
    { href: '/health', title: 'Health', icon: 'health', about: 'What works, and since when' },
    { href: '/runs', title: 'Runs', icon: 'runs', about: 'What happened, and what happens now' },
    { href: '/settings', title: 'Settings', icon: 'settings', about: 'Settings and API keys' },
  ]
}

export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`)
}
