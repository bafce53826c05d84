import {
  Activity,
  Boxes,
  Braces,
  FileText,
  FolderTree,
  HeartPulse,
  House,
  LogOut,
  type LucideIcon,
  MessageSquare,
  NotebookPen,
  Plug,
  Settings,
  Snowflake,
  SunMoon,
  Waypoints,
  Workflow,
} from 'lucide-react'

const ICONS: Readonly<Record<string, LucideIcon>> = {
  home: House,
  models: Boxes,
  health: HeartPulse,
  'open-webui': Plug,
  mcp: Waypoints,
  nix: Snowflake,
  runs: Activity,
  settings: Settings,
  api: Braces,
  theme: SunMoon,
  'sign-out': LogOut,
  'chat-cli': MessageSquare,
  'file-cleanup': FolderTree,
  journaling: NotebookPen,
  'auto-doc': FileText,
}

/** The icon of a page or command; a workflow that brings none gets the common one. */
export function PageIcon({ name, className = 'size-4 shrink-0' }: { name: string; className?: string }) {
  const Icon = ICONS[name] ?? Workflow
  return <Icon aria-hidden className={className} />
}
