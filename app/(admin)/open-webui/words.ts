import type { ToolConnection, ToolServer } from '#app/_client/types.ts'
import type { Tone } from '#app/_components/state.tsx'

/** How a tool server's state looks. */
export const SERVER_LOOKS: Readonly<Record<ToolServer['state'], { word: string; tone: Tone }>> = {
  same: { word: 'Registered', tone: 'good' },
  missing: { word: 'Not registered', tone: 'warn' },
  changed: { word: 'Out of date', tone: 'warn' },
  drifted: { word: 'Edited there', tone: 'warn' },
  broken: { word: 'Broken', tone: 'bad' },
  unwanted: { word: 'No longer wanted', tone: 'none' },
  extra: { word: 'Someone else’s', tone: 'none' },
  unknown: { word: 'Not known', tone: 'none' },
}

export const CONNECTION_LOOKS: Readonly<Record<ToolConnection['state'], { word: string; tone: Tone }>> = {
  connected: { word: 'Connected', tone: 'good' },
  'not-connected': { word: 'Not connected', tone: 'none' },
  unreachable: { word: 'Does not answer', tone: 'bad' },
  refused: { word: 'Refuses the token', tone: 'bad' },
  failed: { word: 'Answers something unexpected', tone: 'bad' },
}

/** What a field of a connection is called. */
export const FIELD_WORDS: Readonly<Record<ToolServer['changes'][number]['field'], string>> = {
  url: 'Address',
  path: 'Path of its description',
  type: 'Protocol',
  auth_type: 'Sign-in',
  key: 'Key',
  enabled: 'Switched on',
  name: 'Name',
  description: 'Description',
  access: 'Who may use it',
  other: 'Other fields',
}

/** Who may use a server, in words. */
export function accessText({ kind, with: names }: ToolServer['access']): string {
  if (kind === 'public') return 'everyone who signs in there'
  return kind === 'private' ? 'administrators only' : names.join(', ')
}
