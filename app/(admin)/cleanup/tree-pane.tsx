'use client'

import { ChevronRight, File, Folder, FolderOpen, MoveRight, Pencil, Plus } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { classes } from '#app/_components/classes.ts'
import { VirtualList, type VirtualListHandle } from '#app/_components/virtual-list.tsx'
import { buildTree, foldersAbove, type FolderNode, moves, pathOf, type TreeRow, visibleRows } from './tree.ts'
import type { Action } from './types.ts'

const ROW_PX = 28
const NUMBER = new Intl.NumberFormat('en')
/** Up to this many rows all folders are open at first. */
const OPEN_ALL = 300

export type Side = 'before' | 'after'
export type Selected = { kind: 'file'; id: number } | { kind: 'folder'; side: Side; path: string }

interface TreePaneProps {
  side: Side
  actions: readonly Action[]
  selected: Selected | null
  select: (selected: Selected, folder: FolderNode | null) => void
  maxHeight: number
}

function isSelected({ node }: TreeRow, side: Side, selected: Selected | null): boolean {
  if (selected === null) return false
  if (node.kind === 'file') return selected.kind === 'file' && selected.id === node.action.id
  return selected.kind === 'folder' && selected.side === side && selected.path === node.path
}

function FileMark({ action, side }: { action: Action; side: Side }) {
  if (action.stale !== null && action.stale !== undefined) return <span className="text-warn">changed</span>
  if (action.state === 'failed') return <span className="text-bad">failed</span>
  if (!moves(action)) return <span className="text-dim">stays</span>
  if (side === 'before') return <MoveRight aria-label="moves away" className="size-3.5 text-accent" />
  if (action.action === 'rename') return <Pencil aria-label="new name" className="size-3.5 text-good" />
  return <Plus aria-label="arrives" className="size-3.5 text-good" />
}

function Row({
  row,
  side,
  id,
  open,
  active,
  onClick,
}: {
  row: TreeRow
  side: Side
  id: string
  open: boolean
  active: boolean
  onClick: () => void
}) {
  const { node, depth } = row
  const folder = node.kind === 'folder'
  const moving = folder ? node.moving > 0 : moves(node.action)
  const Icon = folder ? (open ? FolderOpen : Folder) : File
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={active}
      {...(folder ? { 'aria-expanded': open } : {})}
      className={classes(
        'flex cursor-default items-center gap-1.5 px-2 whitespace-nowrap select-none',
        active ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
      style={{ height: ROW_PX, paddingLeft: 8 + depth * 16 }}
      onClick={onClick}
    >
      {folder ? (
        <ChevronRight aria-hidden className={classes('size-3.5 shrink-0 text-dim', open && 'rotate-90')} />
      ) : (
        <span className="w-3.5 shrink-0" />
      )}
      <Icon aria-hidden className={classes('size-4 shrink-0', folder ? 'text-accent' : 'text-dim')} />
      <span title={node.path} className={classes('min-w-0 flex-1 truncate', !moving && 'text-dim')}>
        {node.name}
      </span>
      <span className="flex shrink-0 items-center text-[0.9em] text-dim">
        {folder ? NUMBER.format(node.count) : <FileMark action={node.action} side={side} />}
      </span>
    </div>
  )
}

/** One side of a plan as a tree of folders; arrows move in it, and only what is seen is drawn. */
export function TreePane({ side, actions, selected, select, maxHeight }: TreePaneProps) {
  const list = useRef<VirtualListHandle>(null)
  const root = useMemo(() => buildTree(actions, side), [actions, side])
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set())
  const openAtFirst = actions.length <= OPEN_ALL
  const isOpen = (folder: FolderNode) => toggled.has(folder.path) !== openAtFirst
  const rows = visibleRows(root, isOpen)
  const at = rows.findIndex((row) => isSelected(row, side, selected))

  const setOpen = (paths: readonly string[], open: boolean) =>
    setToggled((before) => {
      const after = new Set(before)
      for (const path of paths) {
        if (open === openAtFirst) after.delete(path)
        else after.add(path)
      }
      return after
    })
  const choose = (row: TreeRow | undefined) => {
    if (row === undefined) return
    const { node } = row
    if (node.kind === 'file') select({ kind: 'file', id: node.action.id }, null)
    else select({ kind: 'folder', side, path: node.path }, node)
  }

  // What is selected on the other side is brought into sight on this one.
  const selectedFile = selected?.kind === 'file' ? actions.find(({ id }) => id === selected.id) : undefined
  useEffect(() => {
    if (selectedFile !== undefined) setOpen(foldersAbove(pathOf(selectedFile, side)), true)
  }, [selectedFile?.id])
  useEffect(() => {
    if (at >= 0) list.current?.show(at)
  }, [at])

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at]
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key]
    if (step !== undefined) choose(rows[Math.max(0, Math.min(rows.length - 1, at + step))])
    else if (event.key === 'Home') choose(rows[0])
    else if (event.key === 'End') choose(rows.at(-1))
    else if (row?.node.kind === 'folder' && event.key === 'ArrowRight') setOpen([row.node.path], true)
    else if (row?.node.kind === 'folder' && event.key === 'ArrowLeft' && isOpen(row.node))
      setOpen([row.node.path], false)
    else if (row !== undefined && event.key === 'ArrowLeft')
      choose(rows.slice(0, at).findLast(({ depth }) => depth < row.depth))
    else if (row?.node.kind === 'folder' && (event.key === 'Enter' || event.key === ' '))
      setOpen([row.node.path], !isOpen(row.node))
    else return
    event.preventDefault()
  }

  return (
    <VirtualList
      handle={list}
      role="tree"
      label={side === 'before' ? 'Before' : 'After'}
      count={rows.length}
      rowHeight={ROW_PX}
      maxHeight={maxHeight}
      active={at < 0 ? undefined : `${side}-${at}`}
      onKeyDown={onKeyDown}
      row={(index) => {
        const row = rows[index]
        if (row === undefined) return null
        const open = row.node.kind === 'folder' && isOpen(row.node)
        return (
          <Row
            key={row.node.kind === 'file' ? row.node.action.id : `/${row.node.path}`}
            id={`${side}-${index}`}
            row={row}
            side={side}
            open={open}
            active={index === at}
            onClick={() => {
              choose(row)
              if (row.node.kind === 'folder') setOpen([row.node.path], !open)
            }}
          />
        )
      }}
    />
  )
}
