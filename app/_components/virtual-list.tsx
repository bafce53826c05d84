'use client'

import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react'

/** Rows drawn above and below what is seen, so that scrolling shows no gaps. */
const OVERSCAN = 12

export interface VirtualListHandle {
  /** Brings a row into sight: by as little as needed when it is near, else into the middle. */
  show: (index: number) => void
}

interface VirtualListProps {
  count: number
  /** Height of every row in pixels. */
  rowHeight: number
  /** Most pixels the list is high; it is lower when there are fewer rows. */
  maxHeight: number
  row: (index: number) => ReactNode
  handle?: Ref<VirtualListHandle>
  label: string
  /** Role of the scrolled element. */
  role?: 'tree' | 'list'
  active?: string | undefined
  onKeyDown?: (event: React.KeyboardEvent) => void
}

/** A list that draws only the rows that are seen: ten thousands cost as much as forty. */
export function VirtualList({
  count,
  rowHeight,
  maxHeight,
  row,
  handle,
  label,
  role = 'list',
  active,
  onKeyDown,
}: VirtualListProps) {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useEffect(() => {
    // A list that became shorter may have been scrolled past its end.
    if (box.current !== null) setTop(box.current.scrollTop)
  }, [count])
  useImperativeHandle(handle, () => ({
    show: (index) => {
      const element = box.current
      if (element === null) return
      const from = index * rowHeight
      const seen = from >= element.scrollTop && from + rowHeight <= element.scrollTop + element.clientHeight
      const near = Math.abs(from - element.scrollTop - element.clientHeight / 2) < element.clientHeight
      if (seen) return
      if (near) element.scrollTop = from < element.scrollTop ? from : from + rowHeight - element.clientHeight
      else element.scrollTop = from - element.clientHeight / 2
    },
  }))
  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN)
  const last = Math.min(count, Math.ceil((top + maxHeight) / rowHeight) + OVERSCAN)
  return (
    <div
      ref={box}
      role={role}
      aria-label={label}
      aria-activedescendant={active}
      tabIndex={0}
      className="overflow-auto rounded-b-lg focus-visible:-outline-offset-2"
      style={{ maxHeight }}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" className="relative" style={{ height: count * rowHeight }}>
        <div
          role="presentation"
          className="absolute inset-x-0 top-0"
          style={{ transform: `translateY(${first * rowHeight}px)` }}
        >
          {Array.from({ length: Math.max(0, last - first) }, (_, offset) => row(first + offset))}
        </div>
      </div>
    </div>
  )
}
