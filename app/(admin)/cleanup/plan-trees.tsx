'use client'

import { useDeferredValue, useMemo, useState } from 'react'
import { useAddressText, useAddressValue } from '#app/_client/use-address-value.ts'
import { Input } from '#app/_components/field.tsx'
import { Empty, Panel } from '#app/_components/page.tsx'
import { classes } from '#app/_components/classes.ts'
import { FacetList } from './facet-list.tsx'
import { facetsOf, filtered } from './filter.ts'
import { SelectionPanel } from './selection-panel.tsx'
import { sideWords } from './plan-words.ts'
import { type Selected, type Side, TreePane } from './tree-pane.tsx'
import { type FolderNode, moves } from './tree.ts'
import type { Action, Plan } from './types.ts'

const TREE_PX = 448

const SIDES: readonly { side: Side; title: string }[] = [
  { side: 'before', title: 'Before' },
  { side: 'after', title: 'After' },
]

/** Which side a phone shows; a wide screen shows both. */
function SideSwitch({ shown, show }: { shown: Side; show: (side: Side) => void }) {
  return (
    <div role="group" aria-label="Side" className="grid grid-cols-2 gap-1 rounded-lg bg-sunken p-1 md:hidden">
      {SIDES.map(({ side, title }) => (
        <button
          key={side}
          type="button"
          aria-pressed={shown === side}
          onClick={() => show(side)}
          className={classes('rounded-md py-1.5', shown === side ? 'bg-panel font-medium shadow-sm' : 'text-dim')}
        >
          {title}
        </button>
      ))}
    </div>
  )
}

/** A plan as two trees side by side, by reason, with what can be changed about the selected file. */
export function PlanTrees({ plan, editable }: { plan: Plan; editable: boolean }) {
  const [text, setText] = useAddressText('q')
  const [why, setFacet] = useAddressValue('why')
  const [shown, setShown] = useState<Side>('after')
  const [onlyMoves, setOnlyMoves] = useState(false)
  const [selected, setSelected] = useState<Selected | null>(null)
  const [folder, setFolder] = useState<FolderNode | null>(null)
  const asked = useDeferredValue(text)
  const facets = useMemo(() => facetsOf(plan.actions), [plan.actions])
  // After a change to the plan there may be no file left that this reason stands for.
  const facet = [...facets.moving, ...facets.staying].some(({ key }) => key === why) ? why : null
  const actions = useMemo(
    () => filtered(onlyMoves ? plan.actions.filter(moves) : plan.actions, { text: asked, facet }),
    [plan.actions, onlyMoves, asked, facet],
  )
  const select = (next: Selected, node: FolderNode | null) => {
    setSelected(next)
    setFolder(node)
  }
  const file: Action | undefined =
    selected?.kind === 'file' ? plan.actions.find(({ id }) => id === selected.id) : undefined
  const selection = file ?? (selected?.kind === 'folder' ? folder : null)
  return (
    <div className="space-y-3">
      <div className="space-y-2">
        <FacetList title="Moves" facets={facets.moving} chosen={facet} choose={setFacet} />
        <FacetList title="Stays" facets={facets.staying} chosen={facet} choose={setFacet} />
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Input
          type="search"
          aria-label="Search files"
          placeholder="Search files ( / )"
          className="max-w-sm"
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            className="size-4 accent-accent-solid"
            checked={onlyMoves}
            onChange={({ target }) => setOnlyMoves(target.checked)}
          />
          Only files that move
        </label>
      </div>
      <SideSwitch shown={shown} show={setShown} />
      {actions.length === 0 ? (
        <Empty>
          {plan.actions.length === 0 ? 'The folder has no files to look at.' : 'No file of this plan fits.'}
        </Empty>
      ) : (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3 md:grid-cols-2 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_19rem]">
          {SIDES.map(({ side, title }) => (
            <Panel
              key={side}
              className={classes('min-w-0 self-start overflow-hidden', shown !== side && 'max-md:hidden')}
            >
              <h3 className="border-b px-3 py-2 font-medium">
                {title}
                <span className="ml-2 font-normal text-dim">{sideWords(plan)[side]}</span>
              </h3>
              <TreePane side={side} actions={actions} selected={selected} select={select} maxHeight={TREE_PX} />
            </Panel>
          ))}
          <SelectionPanel
            planId={plan.plan_id}
            selection={selection}
            editable={editable}
            close={() => setSelected(null)}
          />
        </div>
      )}
    </div>
  )
}
