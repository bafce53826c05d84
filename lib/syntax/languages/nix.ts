import type { Language } from '../language.ts'
import { inspectNix } from '../nix/inspect.ts'
import { outlineNix } from '../nix/outline.ts'

export const nix: Language = {
  id: 'nix',
  title: 'Nix',
  extensions: ['.nix'],
  outline: (source) => Promise.resolve(outlineNix(source)),
  inspect: (snippet) => Promise.resolve(inspectNix(snippet)),
}
