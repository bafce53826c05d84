import { ArrowRight, CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { CopyButton } from '#app/_components/copy-button.tsx'
import { Mono, Panel } from '#app/_components/page.tsx'
import type { Attention } from './attention.ts'

/** All is well in one line, or what is not. */
export function Well({ items, figures }: { items: readonly Attention[]; figures: string }) {
  if (items.length === 0)
    return (
      <Panel className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3">
        <CircleCheck aria-hidden className="size-5 text-good" />
        <strong className="font-semibold">All is well.</strong>
        <span className="text-dim">{figures}</span>
      </Panel>
    )
  return (
    <Panel className="divide-y">
      {items.map(({ id, tone, title, detail, command, link }) => {
        const Icon = tone === 'bad' ? CircleX : TriangleAlert
        return (
          <div key={id} className="flex flex-wrap gap-x-3 gap-y-2 px-4 py-3 md:flex-nowrap">
            <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${tone === 'bad' ? 'text-bad' : 'text-warn'}`} />
            <div className="min-w-0 flex-1 max-md:basis-[calc(100%-3rem)]">
              <p className="font-semibold">{title}</p>
              <p className="break-words text-dim">{detail}</p>
            </div>
            <div className="flex flex-wrap items-center gap-3 max-md:pl-8">
              {command !== undefined && (
                <>
                  <code className="rounded border bg-sunken px-2 py-1">
                    <Mono>{command}</Mono>
                  </code>
                  <CopyButton text={command} />
                </>
              )}
              {link !== undefined && (
                <Link
                  href={link.href}
                  className="inline-flex items-center gap-1 whitespace-nowrap text-accent hover:underline"
                >
                  {link.label} <ArrowRight aria-hidden className="size-4" />
                </Link>
              )}
            </div>
          </div>
        )
      })}
    </Panel>
  )
}
