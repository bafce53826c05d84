/** Lines from a person: editing, history, completion, and Ctrl-C that means what it should at each moment. */
import { createInterface } from 'node:readline'
import type { TextInput, TextOutput } from './types.ts'

export interface LineReaderOptions {
  input: TextInput
  output: TextOutput
  /** Newest first. */
  history: string[]
  complete: (line: string) => Promise<[string[], string]>
}

/** A line, the end of the input, or Ctrl-C on an empty line. */
export type Typed = { line: string } | 'end' | 'interrupt'

const HISTORY_SIZE = 500

export function createLineReader({ input, output, history, complete }: LineReaderOptions) {
  const terminal = input.isTTY === true && output.isTTY === true
  const readline = createInterface({
    input,
    output: terminal ? output : undefined,
    terminal,
    history,
    historySize: HISTORY_SIZE,
    removeHistoryDuplicates: true,
    completer: (line: string, done: (error: Error | null, result: [string[], string]) => void) => {
      void complete(line).then((result) => done(null, result))
    },
  })
  const typed: Typed[] = []
  let waiting: ((next: Typed) => void) | null = null
  let stopAnswer: (() => void) | null = null

  const hand = (next: Typed) => {
    if (waiting === null) typed.push(next)
    else waiting(next)
    waiting = null
  }
  let hungUp = false
  const hangUp = () => {
    // Closing a terminal that is gone fails once more.
    if (hungUp) return
    hungUp = true
    stopAnswer?.()
    readline.close()
  }
  readline.on('error', hangUp)
  readline.on('line', (line) => hand({ line }))
  readline.on('close', () => hand('end'))
  readline.on('SIGINT', () => {
    if (stopAnswer !== null) {
      // What was typed ahead belongs to what is stopped, as in a shell.
      typed.length = 0
      stopAnswer()
    } else if (readline.line === '') hand('interrupt')
    else {
      // Throws the half-typed line away, as a shell does.
      readline.write(null, { ctrl: true, name: 'e' })
      readline.write(null, { ctrl: true, name: 'u' })
    }
  })

  return {
    /** Waits for the next line, one typed ahead included. */
    next: (prompt: string): Promise<Typed> => {
      const ahead = typed.shift()
      if (ahead !== undefined) return Promise.resolve(ahead)
      if (terminal) {
        readline.setPrompt(prompt)
        readline.prompt()
      }
      return new Promise((resolve) => {
        waiting = resolve
      })
    },
    /** Runs something that Ctrl-C stops instead of leaving. */
    stoppable: async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
      const stop = new AbortController()
      stopAnswer = () => stop.abort()
      try {
        return await work(stop.signal)
      } finally {
        stopAnswer = null
      }
    },
    /** Stops an answer that is under way, and ends the input. */
    hangUp,
    close: () => readline.close(),
  }
}

export type LineReader = ReturnType<typeof createLineReader>
