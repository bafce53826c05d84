'use client'

import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api } from '#app/_client/api.ts'
import type { McpLog } from '#app/_client/types.ts'
import { count } from '#app/_components/format.ts'
import { Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'

const REFRESH_MS = 3000
const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'short', timeStyle: 'medium' })

/** What a server's program said on its standard error, the newest in view. */
export function ServerLog({ server }: { server: string }) {
  const { data, error } = useQuery({
    queryKey: ['mcp', 'log', server],
    queryFn: () => api<McpLog>(`/api/mcp/servers/${encodeURIComponent(server)}/log`),
    refetchInterval: REFRESH_MS,
  })
  const box = useRef<HTMLPreElement>(null)
  const last = data?.lines.length ?? 0
  useEffect(() => {
    const element = box.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }, [last])
  if (error !== null) return <ProblemNotice error={error} />
  if (data === undefined) return <Skeleton rows={4} height={24} />
  if (data.lines.length === 0) return <p className="px-4 py-3 text-dim">It has said nothing since this app started.</p>
  return (
    <div>
      {data.dropped > 0 && (
        <p className="px-4 pt-2 text-dim">{count(data.dropped, 'older line')} are no longer kept.</p>
      )}
      <pre ref={box} tabIndex={0} className="max-h-72 overflow-auto px-4 py-3 font-mono text-[0.9em] leading-6">
        {data.lines.map(({ at, text }, n) => (
          <span key={n} className="block">
            <span className="mr-3 text-dim">{TIME.format(Date.parse(at))}</span>
            {text}
          </span>
        ))}
      </pre>
    </div>
  )
}
