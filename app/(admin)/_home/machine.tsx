import Link from 'next/link'
import type { Status } from '#app/_client/types.ts'
import { bytes, count, duration } from '#app/_components/format.ts'
import { Facts, Mono, Panel, Section } from '#app/_components/page.tsx'
import { Mark } from '#app/_components/state.tsx'

/** The models there are, and whether their backend answers. */
export function Models({ status: { backend, models } }: { status: Status }) {
  const list = Object.values(models)
  return (
    <Section
      title="Models"
      note={list.length === 0 ? undefined : String(list.length)}
      actions={
        <Link href="/models" className="text-accent hover:underline">
          Wanted models
        </Link>
      }
    >
      <Panel className="px-4 py-3">
        <div className="flex flex-wrap justify-between gap-x-3">
          {backend.status === 'ok' ? <Mark word="Answers" tone="good" /> : <Mark word="Does not answer" tone="warn" />}
          <span className="text-dim">
            {backend.id} {backend.endpoint !== null && <Mono>{backend.endpoint.replace(/^https?:\/\//, '')}</Mono>}
          </span>
        </div>
        {backend.running + backend.waiting > 0 && (
          <p className="mt-1 text-dim">
            {count(backend.running, 'call')} running, {backend.waiting} waiting
          </p>
        )}
        {list.length > 0 && (
          <ul className="mt-2 max-h-56 overflow-y-auto border-t pt-2">
            {list.map(({ name, size_bytes }) => (
              <li key={name} className="flex justify-between gap-3 py-0.5">
                <Mono>{name}</Mono>
                <span className="whitespace-nowrap text-dim">{size_bytes === null ? '' : bytes(size_bytes)}</span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </Section>
  )
}

/** The app itself and its disk. */
export function Machine({ status, disk }: { status: Status; disk: { free: number; total: number } | null }) {
  return (
    <Section title="This app">
      <Panel className="px-4 py-3">
        <Facts
          facts={[
            ['Version', status.version],
            ['Up for', status.uptime_seconds === null ? 'not serving' : duration(status.uptime_seconds * 1000)],
            [
              'Requests',
              status.requests_processed === null
                ? 'none yet'
                : new Intl.NumberFormat('en').format(status.requests_processed),
            ],
            ['Disk', disk === null ? 'not known' : `${bytes(disk.free)} of ${bytes(disk.total)} free`],
          ]}
        />
      </Panel>
    </Section>
  )
}
