/** What to do, as the app words it, taken apart for showing. */

export interface HintPart {
  kind: 'text' | 'code' | 'setting'
  text: string
}

/** A setting by its whole name, e.g. `local-workflows.fileCleanup.watchDirs`, with `hwc.ai.` before it or not. */
const SETTING =
  /((?<![\w./-])(?:hwc\.ai\.)?(?:local-workflows|ollama|open-webui|mcp|health|router|cloud)(?!\.(?:service|log|com)\b)(?:\.[a-zA-Z][a-zA-Z0-9-]*)+)/

function settingsIn(text: string): HintPart[] {
  return text
    .split(SETTING)
    .map((part, n): HintPart => ({ kind: n % 2 === 1 ? 'setting' : 'text', text: part }))
    .filter((part) => part.text !== '')
}

/** Commands between backticks, names of settings, and the words around them. */
export function hintParts(hint: string): HintPart[] {
  return hint
    .split('`')
    .flatMap((part, n): HintPart[] =>
      n % 2 === 0 || SETTING.exec(part)?.[0] === part ? settingsIn(part) : [{ kind: 'code', text: part }],
    )
}
