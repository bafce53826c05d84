'use client'

import type { TypeSpec } from '#lib/config/index.ts'
import type { Setting } from '#app/_client/types.ts'
import { Input, Select, Textarea } from '#app/_components/field.tsx'
import { editedAs, toText } from './setting-text.ts'

function choices(type: TypeSpec): readonly string[] {
  if (type.kind === 'nullOr') return ['', ...choices(type.of)]
  return type.kind === 'bool' ? ['true', 'false'] : type.kind === 'enum' ? type.values : []
}

const CHOICE_WORDS: Readonly<Record<string, string>> = { '': 'not set', true: 'on', false: 'off' }

/** The control that a setting's type asks for. */
export function SettingControl({
  setting,
  text,
  set,
}: {
  setting: Setting
  text: string
  set: (text: string) => void
}) {
  const { path, type, example, unit } = setting
  const kind = editedAs(type)
  const placeholder = `e.g. ${toText(type, example)}`
  if (kind === 'bool' || kind === 'enum')
    return (
      <Select aria-label={path} autoFocus value={text} onChange={({ target }) => set(target.value)}>
        {choices(type).map((choice) => (
          <option key={choice} value={choice}>
            {CHOICE_WORDS[choice] ?? choice}
          </option>
        ))}
      </Select>
    )
  if (kind === 'lines' || kind === 'json')
    return (
      <>
        <Textarea
          aria-label={path}
          autoFocus
          rows={kind === 'json' ? 6 : 3}
          className="font-mono text-[0.93em]"
          placeholder={placeholder}
          value={text}
          onChange={({ target }) => set(target.value)}
        />
        <p className="text-[0.93em] text-dim">{kind === 'json' ? 'As JSON.' : 'One per line.'}</p>
      </>
    )
  return (
    <span className="flex items-center gap-2">
      <Input
        aria-label={path}
        autoFocus
        inputMode={kind === 'number' ? 'numeric' : 'text'}
        placeholder={placeholder}
        value={text}
        onChange={({ target }) => set(target.value)}
      />
      {unit !== null && <span className="whitespace-nowrap text-dim">{unit}</span>}
    </span>
  )
}
