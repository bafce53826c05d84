import { Activity, FileText, FolderTree, House, type LucideIcon, MessageSquare, NotebookPen, Settings, Workflow } from 'lucide-react'

const ICONS: Readonly<Record<string, LucideIcon>> = {
  home: House,
  runs: Activity,
  settings: Settings,
  'chat-cli': MessageSquare,
  'file-cleanup': FolderTree,
  journaling: NotebookPen,
  'auto-doc': FileText,
}

/** A page's icon; a workflow that brings none gets the common one. */
export function PageIcon({ name, className = 'size-4 shrink-0' }: { name: string; className?: string }) {
  const Icon = ICONS[name] ?? Workflow
  return <Icon aria-hidden className={className} />
}
