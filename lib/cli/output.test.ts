import { expect, it } from 'vitest'
import { AppError } from '../errors/index.ts'
import { forTerminal, print, printError } from './output.ts'

function stream(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, write: (text: string) => written.push(text) > 0, written }
}

const shown = (error: unknown, json = false) => {
  const to = stream(false)
  printError(error, json, to)
  return to.written.join('')
}

it('shows control sequences on a terminal instead of obeying them, and leaves tabs and line ends', () => {
  expect(forTerminal('a\u001b]0;owned\u0007\tb\r\nc\u009b2J')).toBe('a\\x1b]0;owned\\x07\tb\nc\\x9b2J')
})

it('writes to a file or a pipe exactly what there is', () => {
  const [terminal, pipe] = [stream(true), stream(false)]
  for (const to of [terminal, pipe]) print('a\u001b[31mb', to)
  expect(terminal.written).toEqual(['a\\x1b[31mb\n'])
  expect(pipe.written).toEqual(['a\u001b[31mb\n'])
  const none = stream(false)
  print('', none)
  expect(none.written.join('')).toBe('')
})

it('says a single fault of the settings too; of an input the sentence says it', () => {
  const faults = [{ path: 'HWC_AI_CONFIG', message: '/nosuch.json cannot be read' }]
  expect(shown(new AppError('settings-invalid', 'The settings have a fault.', { faults, hint: 'Correct it.' }))).toBe(
    'The settings have a fault.\n  HWC_AI_CONFIG: /nosuch.json cannot be read\nCorrect it.\n',
  )
  const input = [{ path: 'limit', message: 'must be a number' }]
  expect(shown(new AppError('invalid-input', 'That is no number.', { faults: input }))).toBe('That is no number.\n')
})

it('says what an unforeseen failure was, and does not send anyone to the log of a server', () => {
  expect(shown(new Error('odd thing'))).toBe('odd thing\n')
  expect(JSON.parse(shown(new Error('odd thing'), true))).toMatchObject({ code: 'internal' })
})
