import type { Tone } from '#app/_components/state.tsx'
import type { NixFileState } from '#app/_client/types.ts'

/** How a file's state looks, and what an export does with it. */
export const FILE_LOOKS: Readonly<Record<NixFileState, { word: string; tone: Tone; about: string }>> = {
  new: { word: 'New', tone: 'due', about: 'An export writes it.' },
  same: { word: 'Same', tone: 'good', about: 'It is as it would be written.' },
  changed: { word: 'Changed', tone: 'due', about: 'An export writes it anew.' },
  edited: { word: 'Edited by hand', tone: 'none', about: 'There is nothing new to write; your edit stays.' },
  conflict: {
    word: 'Edited by hand',
    tone: 'warn',
    about: 'There is something new to write as well. Your edit stays, unless you say otherwise.',
  },
  foreign: { word: 'Not ours', tone: 'warn', about: 'No export wrote it. It stays, unless you say otherwise.' },
  obsolete: { word: 'Obsolete', tone: 'due', about: 'An export removes it; it was written by an earlier one.' },
  left: { word: 'Left', tone: 'none', about: 'No longer part of the export, and edited by hand: it stays.' },
}

/** Whether an export by itself would write or remove the file. */
export function isDue(state: NixFileState): boolean {
  return state === 'new' || state === 'changed' || state === 'obsolete'
}

/** Whether an export leaves the tree incomplete because of the file. */
export function isHeldBack(state: NixFileState): boolean {
  return state === 'conflict' || state === 'foreign'
}
