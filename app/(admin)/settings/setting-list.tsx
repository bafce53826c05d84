'use client'

import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { api } from '#app/_client/api.ts'
import type { Setting } from '#app/_client/types.ts'
import { useAddressText } from '#app/_client/use-address-value.ts'
import { Input } from '#app/_components/field.tsx'
import { count } from '#app/_components/format.ts'
import { Empty, Panel, Section, Skeleton } from '#app/_components/page.tsx'
import { ProblemNotice } from '#app/_components/problem-notice.tsx'
import { SettingRow } from './setting-row.tsx'

function matches({ path, description }: Setting, query: string): boolean {
  const text = `hwc.ai.${path} ${description}`.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** Settings by the part of the tree they belong to. */
function groupOf({ path }: Setting): string {
  const [section = '', second] = path.split('.')
  return section === 'local-workflows' && second !== undefined && path.split('.').length > 2
    ? `${section}.${second}`
    : section
}

const isOwn = (group: string) => group.startsWith('local-workflows')

function Group({ name, settings, open }: { name: string; settings: readonly Setting[]; open: boolean }) {
  const changed = settings.filter(({ source }) => source !== 'default').length
  return (
    <details open={open} className="group">
      <summary className="flex flex-wrap items-baseline gap-x-3 px-4 py-2.5 hover:bg-hover">
        <span aria-hidden className="text-dim transition-transform group-open:rotate-90">
          ›
        </span>
        <span>
          <span className="text-dim">hwc.ai.</span>
          <span className="font-medium">{name}</span>
        </span>
        <span className="ml-auto text-dim">
          {changed > 0 && <span className="text-accent">{changed} set · </span>}
          {count(settings.length, 'setting')}
        </span>
      </summary>
      <div className="divide-y border-t">
        {settings.map((setting) => (
          <SettingRow key={setting.path} setting={setting} />
        ))}
      </div>
    </details>
  )
}

/** Every setting, searchable, to be changed where it stands. */
export function SettingList({ initial }: { initial: { settings: Setting[] } | undefined }) {
  const [query, setQuery] = useAddressText('q')
  const asked = useDeferredValue(query.trim())
  const { data, error } = useQuery({
    queryKey: ['settings'],
    queryFn: () => api<{ settings: Setting[] }>('/api/settings'),
    ...(initial === undefined ? {} : { initialData: initial }),
  })
  const found = (data?.settings ?? []).filter((setting) => matches(setting, asked))
  // The workflows' own settings are what most come for.
  const groups = [...Map.groupBy(found, groupOf)].sort(([a], [b]) => Number(isOwn(b)) - Number(isOwn(a)))
  return (
    <Section
      title="Settings"
      note={
        data === undefined
          ? undefined
          : asked === ''
            ? String(found.length)
            : `${found.length} of ${data.settings.length}`
      }
    >
      <Input
        type="search"
        aria-label="Search settings"
        placeholder="Search settings ( / )"
        className="mb-3 max-w-md"
        value={query}
        onChange={({ target }) => setQuery(target.value)}
      />
      {error !== null && <ProblemNotice error={error} />}
      {data === undefined && error === null && (
        <Panel>
          <Skeleton rows={8} height={41} />
        </Panel>
      )}
      {data !== undefined && found.length === 0 && (
        <Empty>No setting has these words in its name or description.</Empty>
      )}
      {found.length > 0 && (
        <Panel className="divide-y overflow-hidden">
          {groups.map(([name, settings]) => (
            <Group key={`${name} ${asked === ''}`} name={name} settings={settings} open={asked !== ''} />
          ))}
        </Panel>
      )}
    </Section>
  )
}
