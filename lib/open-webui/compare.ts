/**
 * One server in three versions: as the settings want it, as it stands in Open WebUI, and as it stood when this app last wrote or
 * accepted it. What differs from the last was edited there since; what the settings want anew is for apply to write.
 */
import { accessText, type Facts, shownUrl, type Standing } from './connection.ts'
import { type Desired, keyDigest, OWN_ID } from './desired.ts'
import type { Registration } from './registrations.ts'
import { CONNECTION_FIELDS, type ConnectionField, type PlannedServer } from './schemas.ts'

/** Stands for a key that is still to be made; equals no digest. */
export const NEW_KEY = 'new'

export interface Compared {
  /** What is answered about it. */
  about: PlannedServer
  desired: Desired | null
  facts: Facts | null
  standing: Standing | null
  registration: Registration | null
  /** Fields that apply writes. */
  writes: readonly ConnectionField[]
}

/** What the settings want, in the form that is compared. */
export function wantedFacts(desired: Desired, key: string): Facts {
  const { url, path, type, auth_type, enabled, name, description, access } = desired
  return {
    url,
    path,
    type,
    auth_type,
    key: keyDigest(desired) ?? key,
    enabled: String(enabled),
    name,
    description,
    access: accessText(access),
    other: '',
  }
}

function shown(field: ConnectionField, facts: Facts): string | null {
  if (field === 'key' || field === 'other') return null
  return field === 'url' ? shownUrl(facts.url) : facts[field]
}

function changesOf(fields: readonly ConnectionField[], there: Facts, wanted: Facts): PlannedServer['changes'] {
  return fields.map((field) => ({ field, there: shown(field, there), wanted: shown(field, wanted) }))
}

function differing(a: Facts, b: Facts): ConnectionField[] {
  return CONNECTION_FIELDS.filter((field) => a[field] !== b[field])
}

const WORDS: Readonly<Record<ConnectionField, string>> = {
  url: 'the address',
  path: 'the path',
  type: 'the protocol',
  auth_type: 'how it proves itself',
  key: 'the key',
  enabled: 'whether it is on',
  name: 'the name',
  description: 'the description',
  access: 'who may use it',
  other: 'settings that this app does not know',
}

function fieldWords(fields: readonly ConnectionField[]): string {
  return fields.map((field) => WORDS[field]).join(', ')
}

interface Verdict extends Pick<PlannedServer, 'state' | 'action' | 'why' | 'hint' | 'changes'> {
  writes: readonly ConnectionField[]
}

const SAME: Verdict = { state: 'same', action: 'none', why: null, hint: null, changes: [], writes: [] }

/** Never seen by this app: it was given by `TOOL_SERVER_CONNECTIONS` or by hand, under an id that the settings want. */
function firstSight(wanted: Facts, there: Facts): Verdict {
  const fields = differing(wanted, there).filter((field) => field !== 'other')
  if (fields.length === 0) return { ...SAME, action: 'adopt' }
  return {
    state: 'changed',
    action: 'update',
    why: `It is there already, but not as the settings want it: ${fieldWords(fields)}.`,
    hint: 'Apply writes it.',
    changes: changesOf(fields, there, wanted),
    writes: fields,
  }
}

function known(wanted: Facts, there: Facts, registration: Registration, restore: boolean): Verdict {
  const { id, wanted: before, stands } = registration
  const edited = differing(there, stands).filter((field) => field === 'other' || there[field] !== wanted[field])
  if (edited.length > 0)
    return {
      state: 'drifted',
      action: restore ? 'restore' : 'none',
      why: `Someone edited it in Open WebUI: ${fieldWords(edited)}.`,
      hint: `Take theirs (hwc-ai tools accept ${id}), or restore ours (hwc-ai tools apply --restore ${id}).`,
      changes: changesOf(edited, there, { ...wanted, other: stands.other }),
      writes: [],
    }
  const fields = differing(wanted, before).filter((field) => field !== 'other' && there[field] !== wanted[field])
  if (fields.length === 0) return SAME
  return {
    state: 'changed',
    action: 'update',
    why: `The settings want it otherwise: ${fieldWords(fields)}.`,
    hint: 'Apply writes it.',
    changes: changesOf(fields, there, wanted),
    writes: fields,
  }
}

function absent(registration: Registration | null): Verdict {
  return {
    state: 'missing',
    action: 'add',
    why:
      registration === null
        ? 'It is not registered in Open WebUI.'
        : `It was registered on ${registration.appliedAt.toISOString().slice(0, 10)}, and is not in Open WebUI any more.`,
    hint: 'Apply registers it.',
    changes: [],
    writes: [],
  }
}

/** A server of the settings. `restore`: an edit that was made there is to be undone. */
export function compareWanted(
  desired: Desired,
  facts: Facts,
  standing: Standing | null,
  registration: Registration | null,
  restore: boolean,
): Compared {
  const { id, name, ours } = desired
  const { writes, ...verdict } =
    standing === null
      ? absent(registration)
      : registration === null
        ? firstSight(facts, standing.facts)
        : known(facts, standing.facts, registration, restore)
  return { about: { id, name, ours, wanted: true, ...verdict }, desired, facts, standing, registration, writes }
}

/** Why Open WebUI offers new tools of no server, as long as this connection is as it is. */
export const STOPS_LIST =
  'Open WebUI fails on a connection whose "config" (or "info") is null, and renews the tools of no server because of it.'

function other(
  { id, facts: there, stopsList }: Standing,
  registration: Registration | null,
  isDuplicate: boolean,
): Verdict {
  const extra: Verdict = { ...SAME, state: 'extra' }
  if (stopsList) return { ...extra, why: STOPS_LIST, hint: 'Save it anew in Open WebUI, or remove it there.' }
  if (isDuplicate)
    return {
      ...extra,
      why: `Another connection has the id ${id} as well.`,
      hint: 'Give one of the two another id in Open WebUI.',
    }
  if (registration === null) return extra
  const edited = differing(there, registration.stands)
  if (edited.length === 0)
    return {
      ...SAME,
      state: 'unwanted',
      action: 'remove',
      why: 'This app registered it, and the settings no longer ask for it.',
      hint: 'Apply removes it.',
    }
  return {
    ...SAME,
    state: 'drifted',
    why: `The settings no longer ask for it, but someone edited it in Open WebUI: ${fieldWords(edited)}.`,
    hint: `Remove it if it is not needed: hwc-ai tools remove ${id}`,
    changes: changesOf(edited, there, registration.stands),
  }
}

/** A connection of Open WebUI that the settings do not ask for. */
export function compareOther(standing: Standing, registration: Registration | null, isDuplicate: boolean): Compared {
  const { id, facts: there } = standing
  const { writes, ...verdict } = other(standing, registration, isDuplicate)
  const name = there.name || id || shownUrl(there.url)
  return {
    about: { id, name, ours: id === OWN_ID && !isDuplicate, wanted: false, ...verdict },
    desired: null,
    facts: null,
    standing,
    registration: isDuplicate ? null : registration,
    writes,
  }
}
