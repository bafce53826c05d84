import { TriangleAlert } from 'lucide-react'
import type { ModelsStatus } from '#app/_client/types.ts'
import { bytes } from '#app/_components/format.ts'
import { Mono, Panel, Section } from '#app/_components/page.tsx'

/** How full the disk of the models is, with the line from which it warns. */
export function Disk({ status: { disk, size_bytes, folder } }: { status: ModelsStatus }) {
  const size = size_bytes === null ? null : bytes(size_bytes)
  if (disk === null)
    return (
      <Section title="Disk">
        <Panel className="px-4 py-3">
          {size !== null && <p>{size} of models.</p>}
          <p className="text-dim">
            How full their disk is cannot be seen from here{folder.reason === null ? '' : `: ${folder.reason}`}.
          </p>
        </Panel>
      </Section>
    )
  const { used_percent, warn_percent, available_bytes } = disk
  const models = Math.min(used_percent, size_bytes === null ? 0 : (100 * size_bytes) / disk.size_bytes)
  const full = used_percent >= warn_percent
  return (
    <Section title="Disk" note={folder.path === null ? undefined : <Mono>{folder.path}</Mono>}>
      <Panel className="space-y-2 px-4 py-3">
        <p className="flex flex-wrap justify-between gap-x-6">
          <span>
            <strong className="font-semibold">{bytes(available_bytes)}</strong> of {bytes(disk.size_bytes)} free
            {size !== null && <span className="text-dim">; {size} are models</span>}
          </span>
          <span className={full ? 'flex items-center gap-1.5 font-medium text-warn' : 'text-dim'}>
            {full && <TriangleAlert aria-hidden className="size-4" />}
            {used_percent.toFixed(0)} % in use
            {full ? `, above the warning line of ${warn_percent} %` : `; it warns at ${warn_percent} %`}
          </span>
        </p>
        <div
          role="meter"
          aria-label="Disk in use"
          aria-valuenow={Math.round(used_percent)}
          aria-valuemin={0}
          aria-valuemax={100}
          className="relative flex h-2.5 rounded-full bg-hover"
        >
          <div className="h-full rounded-l-full bg-accent-solid" style={{ width: `${models}%` }} />
          <div className="h-full bg-edge" style={{ width: `${used_percent - models}%` }} />
          <div
            className={`absolute -inset-y-1 w-0.5 ${full ? 'bg-warn' : 'bg-fg'}`}
            style={{ left: `${warn_percent}%` }}
            title={`Warns from ${warn_percent} % on`}
          />
        </div>
        <p className="flex flex-wrap gap-x-4 text-[0.93em] text-dim">
          <span className="inline-flex items-center gap-1.5">
            <span aria-hidden className="size-2.5 rounded-sm bg-accent-solid" /> Models
          </span>
          <span className="inline-flex items-center gap-1.5">
            <span aria-hidden className="size-2.5 rounded-sm bg-edge" /> Everything else
          </span>
          <span className="inline-flex items-center gap-1.5">
            <span aria-hidden className="h-3 w-0.5 bg-fg" /> Warning line
          </span>
        </p>
      </Panel>
    </Section>
  )
}
