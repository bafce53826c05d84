import type { ModelAction, ModelsPlan, PrunedModels, TestedModels } from '#app/_client/types.ts'
import { bytes, count, duration } from '#app/_components/format.ts'
import { sentence } from '#app/_components/health-words.ts'
import { Mono, Panel } from '#app/_components/page.tsx'
import { Mark } from '#app/_components/state.tsx'
import { speed } from './model-words.ts'

const ROW = 'grid gap-x-5 px-4 py-2 md:grid-cols-[7rem_minmax(0,1fr)_minmax(0,1.6fr)]'

/** The operations whose results are shown here. */
const OPERATIONS: readonly string[] = ['apply_models', 'reconcile_models', 'test_models', 'prune_models']

/** Whether the result of a run is one that {@link RunResult} shows. */
export function isModelsRun(operation: string): boolean {
  return OPERATIONS.includes(operation)
}

function has(output: unknown, field: string): boolean {
  return typeof output === 'object' && output !== null && field in output
}

const isPlan = (output: unknown): output is ModelsPlan => has(output, 'actions')
const isPruned = (output: unknown): output is PrunedModels => has(output, 'models') && has(output, 'frees_bytes')
const isTested = (output: unknown): output is TestedModels => has(output, 'models') && has(output, 'failed')

interface Line {
  name: string
  ok: boolean
  word: string
  text: string
}

const DONE_WORDS: Readonly<Record<ModelAction['action'], string>> = {
  pull: 'Pulled',
  update: 'Updated',
  verify: 'Proven',
  keep: 'Kept',
  undeclared: 'Left',
}

function actionText({ action, error, bytes: fetched, tokens_per_second, took_ms }: ModelAction): string {
  if (error !== null) return `${sentence(error.detail)}${error.hint === null ? '' : ` ${sentence(error.hint)}`}`
  const came = action === 'verify' || fetched === null ? '' : `${bytes(fetched)} fetched. `
  const answers = tokens_per_second === null ? 'It is here' : `It answers with ${speed(tokens_per_second)}`
  return `${came}${answers}, after ${duration(took_ms)}.`
}

function planLines({ actions }: ModelsPlan): Line[] {
  return actions
    .filter(({ outcome }) => outcome !== 'left')
    .map((action) => {
      const ok = action.outcome === 'done'
      return { name: action.name, ok, word: ok ? DONE_WORDS[action.action] : 'Failed', text: actionText(action) }
    })
}

function testedLine({ name, ok, reason, fault, tokens_per_second, slow }: TestedModels['models'][number]): Line {
  if (!ok) return { name, ok, word: 'Failed', text: sentence(reason ?? 'without a reason') }
  const answers = tokens_per_second === null ? 'It answers.' : `It answers with ${speed(tokens_per_second)}.`
  if (fault !== null) return { name, ok: false, word: 'Failed', text: `${answers} ${sentence(fault)}` }
  return { name, ok, word: 'Tested', text: slow === null ? answers : `${answers} ${sentence(slow)}` }
}

function prunedLine({ name, frees_bytes, size_bytes }: PrunedModels['models'][number]): Line {
  const frees = frees_bytes ?? size_bytes
  return { name, ok: true, word: 'Removed', text: frees === null ? '' : `${bytes(frees)} freed.` }
}

function linesOf(output: unknown): Line[] {
  if (isPlan(output)) return planLines(output)
  if (isPruned(output)) return output.models.map(prunedLine)
  return isTested(output) ? output.models.map(testedLine) : []
}

/** What was left alone, and why it cannot be had. */
function Rest({ plan: { actions, invalid } }: { plan: ModelsPlan }) {
  const left = actions.filter(({ action, outcome }) => outcome === 'left' && action !== 'undeclared')
  const waits = left.filter(({ not_before }) => not_before !== null)
  return (
    <>
      {left.length > waits.length && (
        <p className="text-dim">{count(left.length - waits.length, 'model')} left as they were.</p>
      )}
      {waits.length > 0 && (
        <p className="text-dim">
          {count(waits.length, 'model')} that failed before, to be tried again later:{' '}
          {waits.map(({ name }) => name).join(', ')}.
        </p>
      )}
      {invalid.map(({ name, reason }) => (
        <p key={name} className="text-warn">
          <Mono>{name}</Mono>: {sentence(reason)}
        </p>
      ))}
    </>
  )
}

/** What came of an apply, a test or a removal, model by model. */
export function RunResult({ output }: { output: unknown }) {
  const lines = linesOf(output)
  return (
    <div className="space-y-2">
      {lines.length === 0 ? (
        <p className="text-dim">There was nothing to do.</p>
      ) : (
        <Panel className="divide-y">
          {lines.map(({ name, ok, word, text }) => (
            <div key={name} className={ROW}>
              <Mark word={word} tone={ok ? 'good' : 'bad'} />
              <Mono>{name}</Mono>
              <span className={ok ? 'text-dim' : ''}>{text}</span>
            </div>
          ))}
        </Panel>
      )}
      {isPlan(output) && <Rest plan={output} />}
      {isPruned(output) && output.models.length > 1 && (
        <p className="text-dim">
          Together {output.exact ? '' : 'about '}
          {bytes(output.frees_bytes)} freed.
        </p>
      )}
    </div>
  )
}
