'use client'

import { useMutation } from '@tanstack/react-query'
import { LoaderCircle, Play } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { api, startRun } from '#app/_client/api.ts'
import {
  type FieldDescription,
  type FieldValues,
  type OperationDescription,
  operationRequest,
} from '#app/_client/operation.ts'
import { useFormDraft } from '#app/_client/use-form-draft.ts'
import { problemOf } from '#app/_client/problem.ts'
import { assertRequired } from '#app/_client/required.ts'
import { Button } from './button.tsx'
import { OperationField } from './operation-field.tsx'
import { ProblemNotice } from './problem-notice.tsx'

interface OperationFormProps {
  operation: OperationDescription
  /** Values that the page knows; their fields are not shown. */
  fixed?: FieldValues
  /** What the form begins with. */
  initial?: FieldValues
  suggestions?: Readonly<Record<string, readonly string[]>>
  /** Fields that may hold what nobody should find in the browser later: they are not kept with an unsent form. */
  private?: readonly string[]
  /** Fields to ask beside those that are required; without it, the first few. */
  first?: readonly string[]
  submitLabel: string
  /** Whether it was opened just now, so that the next key goes into it. */
  focus?: boolean
  /** A way out that keeps nothing of what was typed. */
  cancel?: { label: string; onCancel: () => void }
  /** A recorded operation has started. */
  onStarted?: (runId: string) => void
  /** An operation that is not recorded has answered. */
  onAnswer?: (output: unknown) => void
}

const REST_AFTER = 3
const NONE: readonly string[] = []

/** What is asked first, and what only when wanted: where nothing must be given, one press is enough. */
function split(
  fields: readonly FieldDescription[],
  named: readonly string[] | undefined,
): [FieldDescription[], FieldDescription[]] {
  if (named !== undefined) {
    const asked = fields.filter(({ required, name }) => required || named.includes(name))
    return [asked, fields.filter((field) => !asked.includes(field))]
  }
  if (!fields.some(({ required }) => required)) return [[], [...fields]]
  if (fields.length <= REST_AFTER) return [[...fields], []]
  const first = fields.filter((field, index) => field.required || index < REST_AFTER)
  return [first, fields.filter((field) => !first.includes(field))]
}

/** The form that an operation's input makes; it runs the operation. */
export function OperationForm({
  operation,
  fixed = {},
  initial = {},
  suggestions = {},
  private: unkept = NONE,
  first: named,
  submitLabel,
  focus = false,
  cancel,
  onStarted,
  onAnswer,
}: OperationFormProps) {
  const { values, set, restored, forget } = useFormDraft(operation, { fixed, initial, unkept })
  const form = useRef<HTMLFormElement>(null)
  const fields = operation.fields.filter(({ name }) => !Object.hasOwn(fixed, name))
  const submit = useMutation({
    mutationFn: async () => {
      assertRequired(fields, values)
      const request = operationRequest(operation, { ...values, ...fixed })
      if (operation.recorded) onStarted?.(await startRun(request))
      else onAnswer?.(await api(request.path, request))
    },
    onSuccess: forget,
  })
  useEffect(() => {
    if (focus) form.current?.querySelector<HTMLElement>('input, textarea, select')?.focus()
  }, [focus])
  useEffect(() => {
    if (submit.error !== null) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [submit.error])
  const faults = submit.error === null ? [] : (problemOf(submit.error).faults ?? [])
  const faultsOf = (name: string) =>
    faults.filter(({ path }) => path.split('.')[0] === name).map(({ message }) => message)
  const besideFields =
    faults.length > 0 && faults.every(({ path }) => fields.some(({ name }) => path.split('.')[0] === name))
  const [first, more] = split(fields, named)
  const render = (field: FieldDescription) => (
    <OperationField
      // What was begun earlier takes the place of what the field began with.
      key={`${field.name} ${restored}`}
      field={field}
      value={values[field.name]}
      faults={faultsOf(field.name)}
      {...(suggestions[field.name] === undefined ? {} : { suggestions: suggestions[field.name] })}
      set={(value) => set(field.name, value)}
    />
  )
  return (
    <form
      ref={form}
      className="space-y-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit.mutate()
      }}
    >
      {first.map(render)}
      {more.length > 0 && (
        <details open={more.some(({ name }) => faultsOf(name).length > 0) || undefined}>
          <summary className="w-fit rounded text-dim hover:text-fg">
            {first.length === 0 ? 'Options' : 'More options'}
          </summary>
          <div className="mt-3 space-y-4">{more.map(render)}</div>
        </details>
      )}
      {submit.error !== null && !besideFields && (
        <ProblemNotice error={submit.error} except={fields.map(({ name }) => name)} />
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={submit.isPending}>
          {submit.isPending ? <LoaderCircle aria-hidden className="animate-spin" /> : <Play aria-hidden />}
          {submitLabel}
        </Button>
        {cancel !== undefined && (
          <Button
            onClick={() => {
              forget()
              cancel.onCancel()
            }}
          >
            {cancel.label}
          </Button>
        )}
      </div>
    </form>
  )
}
