import type { ModelAction, ModelsPlan, TestedModels } from '#app/_client/types.ts'
import { duration } from '#app/_components/format.ts'
import { sentence } from '#app/_components/health-words.ts'
import { Mono, Panel } from '#app/_components/page.tsx'
import { Mark } from '#app/_components/state.tsx'
import { speed } from './model-words.ts'

const ROW = 'grid gap-x-5 px-4 py-2 md:grid-cols-[7rem_minmax(0,1fr)_minmax(0,1.6fr)]'

function isPlan(output: unknown): output is ModelsPlan {
  return typeof output === 'object' && output !== null && 'actions' in output
}

function isTested(output: unknown): output is TestedModels {
  return typeof output === 'object' && output !== null && 'models' in output && 'failed' in output
}

function actionWords({ error, tokens_per_second, took_ms }: ModelAction): string {
  if (error !== null) return `${error.detail}${error.hint === null ? '' : ` ${error.hint}`}`
  return `${tokens_per_second === null ? 'It is here' : `It answers with ${speed(tokens_per_second)}`}, after ${duration(took_ms)}.`
}

/** What came of an apply or a test, model by model. */
export function RunResult({ output }: { output: unknown }) {
  const lines = isPlan(output)
    ? output.actions
        .filter(({ outcome }) => outcome !== 'left')
        .map((action) => ({ name: action.name, ok: action.outcome === 'done', text: actionWords(action) }))
    : isTested(output)
      ? output.models.map(({ name, ok, reason, tokens_per_second }) => ({
          name,
          ok,
          text: ok
            ? tokens_per_second === null
              ? 'It answers.'
              : `It answers with ${speed(tokens_per_second)}.`
            : sentence(reason ?? 'without a reason'),
        }))
      : []
  if (lines.length === 0) return <p className="text-dim">There was nothing to do.</p>
  return (
    <Panel className="divide-y">
      {lines.map(({ name, ok, text }) => (
        <div key={name} className={ROW}>
          <Mark word={ok ? 'Done' : 'Failed'} tone={ok ? 'good' : 'bad'} />
          <Mono>{name}</Mono>
          <span className={ok ? 'text-dim' : ''}>{text}</span>
        </div>
      ))}
    </Panel>
  )
}
