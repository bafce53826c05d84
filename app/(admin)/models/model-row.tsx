import { FlaskConical, Lock, TriangleAlert } from 'lucide-react'
import type { ModelState } from '#app/_client/types.ts'
import { Button } from '#app/_components/button.tsx'
import { bytes, percent } from '#app/_components/format.ts'
import { sentence } from '#app/_components/health-words.ts'
import { Moment } from '#app/_components/moment.tsx'
import { Mono } from '#app/_components/page.tsx'
import { Mark } from '#app/_components/state.tsx'
import { WithCode } from '#app/_components/with-code.tsx'
import { speed, STATE_LOOKS } from './model-words.ts'
import { Sparkline } from './sparkline.tsx'

/** What stands under a model's name: how it is kept, and what is wrong with it. */
function Notes({ model, declared }: { model: ModelState; declared: boolean }) {
  const { auto_update, priority, reason, hint, retry_at, slow } = model
  // That Ollama does not answer is said once, above.
  const shown = model.state === 'unknown' ? null : reason
  return (
    <>
      <p className="flex flex-wrap gap-x-2 text-dim">
        <span>
          {auto_update === true ? 'updated by itself' : 'never updated'}
          {priority !== null && `, priority ${priority}`}
        </span>
        {declared && (
          <span className="inline-flex items-center gap-1">
            <Lock aria-hidden className="size-3.5" /> declared by the config file
          </span>
        )}
      </p>
      {model.state === 'unproven' && (
        <p className="text-dim">A test compares its files with their manifest, and lets it answer.</p>
      )}
      {shown !== null && <p className={model.state === 'failed' ? 'text-bad' : 'text-warn'}>{sentence(shown)}</p>}
      {shown !== null && hint !== null && (
        <p className="text-dim">
          <WithCode text={sentence(hint)} />
        </p>
      )}
      {slow !== null && (
        <p className="flex gap-1.5 text-warn">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {sentence(slow)}
        </p>
      )}
      {retry_at !== null && (
        <p className="text-dim">
          Tried again by itself <Moment at={retry_at} />.
        </p>
      )}
    </>
  )
}

function onCard(share: number): string {
  return share === 0 ? 'on the processor alone' : `only ${share} % on the graphics card`
}

function Speed({ model: { name, speed: history, last_test, unmeasured } }: { model: ModelState }) {
  const latest = history.at(-1)
  return (
    <div>
      <p className="flex items-center gap-2">
        <span>
          {latest === undefined ? <span className="text-dim">speed not known</span> : speed(latest.tokens_per_second)}
        </span>
        <Sparkline values={history.map(({ tokens_per_second }) => tokens_per_second)} label={`Speed of ${name}`} />
      </p>
      {unmeasured !== null && <p className="text-dim">{sentence(unmeasured)}</p>}
      <p className="text-dim">
        {last_test === null ? (
          'never tested'
        ) : (
          <>
            {last_test.ok ? 'answered' : 'failed'} <Moment at={last_test.at} />
            {last_test.gpu_percent !== null && last_test.gpu_percent < 100 && `, ${onCard(last_test.gpu_percent)}`}
          </>
        )}
      </p>
    </div>
  )
}

function Size({ model: { size_bytes, digest, hashed, availability } }: { model: ModelState }) {
  const { day, week, month } = availability
  const shares = [
    ...(day === null ? [] : [`24 h ${percent(day)}`]),
    ...(week === null ? [] : [`7 d ${percent(week)}`]),
    ...(month === null ? [] : [`30 d ${percent(month)}`]),
  ]
  return (
    <div>
      <p>
        {size_bytes === null ? <span className="text-dim">size not known</span> : bytes(size_bytes)}
        {digest !== null && (
          <span className="ml-2 text-dim" title={hashed ? `${digest}, its files were compared with it` : digest}>
            <Mono>{digest.replace(/^sha256:/, '').slice(0, 12)}</Mono>
          </span>
        )}
      </p>
      {shares.length > 0 && <p className="text-dim">up {shares.join(', ')}</p>}
    </div>
  )
}

interface ModelRowProps {
  model: ModelState
  declared: boolean
  busy: boolean
  onTest: () => void
}

/** One wanted model: is it here, does it answer, how fast. */
export function ModelRow({ model, declared, busy, onTest }: ModelRowProps) {
  const here = model.state !== 'missing' && model.state !== 'unknown'
  return (
    <section
      aria-label={model.name}
      className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-5 gap-y-1.5 px-4 py-3 md:grid-cols-[8rem_minmax(0,1fr)_15rem] lg:grid-cols-[8rem_minmax(0,1fr)_15rem_14rem_5.5rem]"
    >
      <div>
        <Mark {...STATE_LOOKS[model.state]} className="font-medium" />
      </div>
      <div className="min-w-0 max-md:col-span-2">
        <h3 className="font-medium">
          <Mono>{model.name}</Mono>
        </h3>
        <Notes model={model} declared={declared} />
      </div>
      <div className="max-md:col-span-2">
        <Speed model={model} />
      </div>
      <div className="max-md:col-span-2 md:max-lg:col-start-2">
        <Size model={model} />
      </div>
      <div className="max-md:col-start-2 max-md:row-start-1 lg:text-right">
        {here && (
          <Button disabled={busy} onClick={onTest} aria-label={`Test ${model.name}`}>
            <FlaskConical aria-hidden />
            Test
          </Button>
        )}
      </div>
    </section>
  )
}
