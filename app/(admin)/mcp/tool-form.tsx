'use client'

import { Braces, Play } from 'lucide-react'
import { useId, useState } from 'react'
import type { FieldDescription, FieldValues } from '#app/_client/operation.ts'
import { assertRequired } from '#app/_client/required.ts'
import type { McpTool } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { Field, Textarea } from '#app/_components/field.tsx'
import { OperationField } from '#app/_components/operation-field.tsx'
import { argumentsDraft } from './words.ts'

interface FormProps {
  tool: McpTool
  busy: boolean
  /** Gives the arguments, or throws what is wrong with them. */
  call: (read: () => unknown) => void
}

function CallButton({ tool, busy }: Omit<FormProps, 'call'>) {
  return (
    <Button type="submit" disabled={busy || !tool.allowed}>
      <Play aria-hidden />
      {busy ? 'Calling' : 'Call it'}
    </Button>
  )
}

/** A field for each argument. */
export function FieldForm({
  fields,
  tool,
  busy,
  call,
  asJson,
  faultsOf,
}: FormProps & {
  fields: readonly FieldDescription[]
  asJson: () => void
  faultsOf: (name: string) => readonly string[]
}) {
  const [values, setValues] = useState<FieldValues>({})
  return (
    <form
      className="max-w-2xl space-y-3"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        call(() => {
          assertRequired(fields, values)
          return values
        })
      }}
    >
      {fields.length === 0 && <p className="text-dim">It takes no arguments.</p>}
      {fields.map((field) => (
        <OperationField
          key={field.name}
          field={field}
          value={values[field.name]}
          faults={faultsOf(field.name)}
          set={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
        />
      ))}
      <div className="flex flex-wrap gap-2">
        <CallButton tool={tool} busy={busy} />
        <Button look="quiet" onClick={asJson}>
          <Braces aria-hidden />
          As JSON
        </Button>
      </div>
    </form>
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text) as unknown
  } catch (error) {
    throw new Error('The arguments are not JSON.', { cause: error })
  }
}

/** The arguments as one text, beside the schema that says what they may be. */
export function JsonForm({ tool, busy, call }: FormProps) {
  const id = useId()
  const [text, setText] = useState(() => argumentsDraft(tool.input_schema))
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <form
        className="space-y-2"
        onSubmit={(event) => {
          event.preventDefault()
          call(() => parsed(text))
        }}
      >
        <Field id={id} label="Arguments" description="As JSON, in the form that stands beside it.">
          <Textarea
            id={id}
            aria-describedby={`${id}-about`}
            rows={Math.min(12, text.split('\n').length + 1)}
            className="font-mono text-[0.93em]"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </Field>
        <CallButton tool={tool} busy={busy} />
      </form>
      <div>
        <p className="mb-1 font-medium">What it takes</p>
        <pre
          tabIndex={0}
          aria-label={`What ${tool.name} takes`}
          className="max-h-72 overflow-auto rounded bg-sunken p-3 font-mono text-[0.9em]"
        >
          {JSON.stringify(tool.input_schema, null, 2)}
        </pre>
      </div>
    </div>
  )
}
