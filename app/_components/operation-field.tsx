'use client'

import { useId } from 'react'
import type { FieldDescription } from '#app/_client/operation.ts'
import { pairsFrom, pairsText } from './pairs.ts'
import { Checkbox, describedBy, Field, Input, Select, Textarea } from './field.tsx'
import { linesOf } from './lines.ts'
import { words } from './format.ts'

export interface FieldControl {
  field: FieldDescription
  value: unknown
  faults: readonly string[]
  /** Values to choose from while typing. */
  suggestions?: readonly string[]
  set: (value: unknown) => void
}

const asText = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)

const asList = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(asText) : [])

function placeholderOf({ kind, example, defaultValue }: FieldDescription): string | undefined {
  const shown = defaultValue ?? example
  if (shown === undefined || shown === '') return undefined
  if (kind === 'list') return asList(shown).join('\n') || undefined
  if (kind === 'pairs') return pairsText(shown) || 'NAME=value'
  return `${defaultValue === undefined ? 'e.g. ' : ''}${asText(shown)}`
}

function Choices({ field, value, set }: FieldControl) {
  const chosen = asList(value ?? field.defaultValue)
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{field.label}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        {field.values.map((choice) => (
          <Checkbox
            key={choice}
            label={words(choice)}
            checked={chosen.includes(choice)}
            onChange={({ target }) =>
              set(field.values.filter((other) => (other === choice ? target.checked : chosen.includes(other))))
            }
          />
        ))}
      </div>
      {field.description !== '' && <p className="mt-1 text-[0.93em] text-dim">{field.description}</p>}
    </fieldset>
  )
}

/** A list whose usual values are there to be ticked; others are typed, one per line. */
function Picks({
  value,
  suggestions,
  set,
  common,
}: {
  value: readonly string[]
  suggestions: readonly string[]
  set: (value: unknown) => void
  common: object
}) {
  const own = value.filter((item) => !suggestions.includes(item))
  const keep = (next: readonly string[]) => set(next.length === 0 ? undefined : next)
  return (
    <>
      <div className="mb-2">
        {suggestions.map((suggestion) => (
          <Checkbox
            key={suggestion}
            label={suggestion}
            checked={value.includes(suggestion)}
            onChange={({ target }) =>
              keep(target.checked ? [...value, suggestion] : value.filter((item) => item !== suggestion))
            }
          />
        ))}
      </div>
      <Textarea
        {...common}
        rows={2}
        className="font-mono text-[0.93em]"
        placeholder="others, one per line"
        defaultValue={own.join('\n')}
        onChange={({ target }) => {
          keep([...value.filter((item) => suggestions.includes(item)), ...linesOf(target.value)])
        }}
      />
    </>
  )
}

/** Values of several lines as they are typed, and back. What is no JSON is left for the app to refuse. */
const TEXTS = {
  list: { show: (value: unknown) => asList(value).join('\n'), read: linesOf },
  pairs: { show: pairsText, read: pairsFrom },
  json: {
    show: asText,
    read: (text: string): unknown => {
      try {
        return JSON.parse(text)
      } catch {
        return text
      }
    },
  },
}

function Control({ id, field, value, faults, suggestions, set }: FieldControl & { id: string }) {
  const common = { ...describedBy(id, faults), name: field.name, required: field.required }
  const placeholder = placeholderOf(field)
  if (field.kind === 'enum')
    return (
      <Select
        {...common}
        value={asText(value ?? field.defaultValue)}
        onChange={({ target }) => set(target.value === '' ? undefined : target.value)}
      >
        {field.defaultValue === undefined && <option value="">{field.required ? 'Choose…' : 'Not set'}</option>}
        {field.values.map((choice) => (
          <option key={choice} value={choice}>
            {words(choice)}
          </option>
        ))}
      </Select>
    )
  if (field.kind === 'list' && suggestions !== undefined)
    return <Picks value={asList(value)} suggestions={suggestions} set={set} common={common} />
  if (field.kind === 'list' || field.kind === 'pairs' || field.kind === 'json') {
    const { show, read } = TEXTS[field.kind]
    return (
      <Textarea
        {...common}
        rows={3}
        className="font-mono text-[0.93em]"
        placeholder={placeholder}
        defaultValue={show(value)}
        onChange={({ target }) => set(target.value.trim() === '' ? undefined : read(target.value))}
      />
    )
  }
  const number = field.kind === 'number'
  return (
    <>
      <Input
        {...common}
        type={number ? 'number' : 'text'}
        step="any"
        placeholder={placeholder}
        list={suggestions === undefined ? undefined : `${id}-suggestions`}
        className={/path|dir|file/.test(field.name) ? 'font-mono text-[0.96em]' : undefined}
        value={asText(value)}
        onChange={({ target }) => set(target.value === '' ? undefined : number ? Number(target.value) : target.value)}
      />
      {suggestions !== undefined && (
        <datalist id={`${id}-suggestions`}>
          {suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
    </>
  )
}

/** What a field is for, and how several values are told apart. */
function aboutOf({ kind, description }: FieldDescription): string {
  return kind === 'list' || kind === 'pairs' ? `${description} One per line.`.trim() : description
}

/** The control that one input of an operation gets, by its kind. */
export function OperationField(props: FieldControl) {
  const { field, value, faults, suggestions, set } = props
  const id = useId()
  if (field.kind === 'choices') return <Choices {...props} />
  if (field.kind === 'boolean')
    return (
      <Checkbox
        name={field.name}
        label={field.label}
        description={faults.length > 0 ? faults.join('; ') : field.description}
        checked={(value ?? field.defaultValue) === true}
        onChange={({ target }) => set(target.checked)}
      />
    )
  return (
    <Field
      id={id}
      label={field.label}
      description={suggestions === undefined ? aboutOf(field) : field.description}
      optional={!field.required && field.defaultValue === undefined}
      faults={faults}
    >
      <Control {...props} id={id} />
    </Field>
  )
}
