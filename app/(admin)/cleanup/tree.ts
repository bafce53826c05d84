/** The files of a plan as folders, before and after it. */
import type { Action } from './types.ts'

export interface FileNode {
  kind: 'file'
  name: string
  path: string
  action: Action
}

export interface FolderNode {
  kind: 'folder'
  name: string
  path: string
  folders: Map<string, FolderNode>
  files: FileNode[]
  /** Files in it and below. */
  count: number
  /** Of these, how many move. */
  moving: number
}

/** One line of a tree as it is drawn. */
export interface TreeRow {
  node: FileNode | FolderNode
  depth: number
}

function emptyFolder(name: string, path: string): FolderNode {
  return { kind: 'folder', name, path, folders: new Map(), files: [], count: 0, moving: 0 }
}

export function moves({ action }: Action): boolean {
  return action !== 'skip'
}

/** Where a file is before the plan, or after it. */
export function pathOf(action: Action, side: 'before' | 'after'): string {
  return side === 'after' ? (action.destination ?? action.file) : action.file
}

function insert(root: FolderNode, path: string, action: Action): void {
  const parts = path.split('/')
  const name = parts.pop() ?? path
  let folder = root
  const moving = moves(action) ? 1 : 0
  folder.count += 1
  folder.moving += moving
  let at = ''
  for (const part of parts) {
    at = at === '' ? part : `${at}/${part}`
    let next = folder.folders.get(part)
    if (next === undefined) {
      next = emptyFolder(part, at)
      folder.folders.set(part, next)
    }
    folder = next
    folder.count += 1
    folder.moving += moving
  }
  folder.files.push({ kind: 'file', name, path, action })
}

const ORDER = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

function sort(folder: FolderNode): void {
  folder.files.sort((a, b) => ORDER.compare(a.name, b.name))
  folder.folders = new Map([...folder.folders].sort(([a], [b]) => ORDER.compare(a, b)))
  for (const inner of folder.folders.values()) sort(inner)
}

/** Builds the tree of one side. */
export function buildTree(actions: readonly Action[], side: 'before' | 'after'): FolderNode {
  const root = emptyFolder('', '')
  for (const action of actions) insert(root, pathOf(action, side), action)
  sort(root)
  return root
}

/** The rows to draw: folders first, the inside of those that are open. */
export function visibleRows(root: FolderNode, isOpen: (folder: FolderNode) => boolean): TreeRow[] {
  const rows: TreeRow[] = []
  const walk = (folder: FolderNode, depth: number) => {
    for (const inner of folder.folders.values()) {
      rows.push({ node: inner, depth })
      if (isOpen(inner)) walk(inner, depth + 1)
    }
    for (const file of folder.files) rows.push({ node: file, depth })
  }
  walk(root, 0)
  return rows
}

/** Every action in a folder and below it. */
export function actionsIn(folder: FolderNode): Action[] {
  return [...folder.files.map(({ action }) => action), ...[...folder.folders.values()].flatMap(actionsIn)]
}

/** Paths of the folders on the way to a path. */
export function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}
