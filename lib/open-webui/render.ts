/** What the command line says about the tool servers. */
import { plural } from '../text/plural.ts'
import type { Applied, ConnectionOut, Plan, PlannedServer, Rotated, ServerList, Verified } from './schemas.ts'

function connectionLines({ state, url, version, as, problem, hint }: ConnectionOut): string[] {
  if (state === 'connected') return [`Open WebUI ${version ?? ''} at ${url}, as ${as ?? 'administrator'}`]
  return [problem ?? `Open WebUI at ${url} is not connected.`, ...(hint === null ? [] : [`  ${hint}`])]
}

function changeLine({ field, there, wanted }: PlannedServer['changes'][number]): string {
  const text = (value: string | null) => (value === null ? '(not shown)' : value === '' ? '(empty)' : value)
  return there === null && wanted === null ? `    ${field}` : `    ${field}: ${text(there)} → ${text(wanted)}`
}

const ACTIONS: Readonly<Record<PlannedServer['action'], string>> = {
  none: '',
  add: 'would be registered',
  update: 'would be written',
  restore: 'would be restored',
  adopt: 'would be taken as it is',
  remove: 'would be removed',
}

/** A connection of someone else may have no id. */
function column({ id, name }: { id: string; name: string }): string {
  return (id === '' ? name : id).padEnd(22)
}

function serverLines(server: PlannedServer, doing: string): string[] {
  const { state, why, hint, changes } = server
  return [
    `${column(server)} ${state.padEnd(9)} ${doing}`.trimEnd(),
    ...(why === null ? [] : [`    ${why}`]),
    ...changes.map(changeLine),
    ...(hint === null ? [] : [`    ${hint}`]),
  ]
}

const invalidLines = (invalid: Plan['invalid']) =>
  invalid.map(({ id, reason }) => `${id.padEnd(22)} cannot be used: ${reason}`)

export function renderPlan({ open_webui, servers, invalid }: Plan): string {
  return [
    ...connectionLines(open_webui),
    ...servers.flatMap((server) => serverLines(server, ACTIONS[server.action])),
    ...invalidLines(invalid),
  ].join('\n')
}

const DONE: Readonly<Record<PlannedServer['action'], string>> = {
  none: '',
  add: 'registered',
  update: 'written',
  restore: 'restored',
  adopt: 'taken as it is',
  remove: 'removed',
}

export function renderApplied({ servers, written }: Applied): string {
  const lines = servers.flatMap((server) => {
    const { action, state, verified, problem, hint } = server
    const doing = action === 'none' ? state : DONE[action]
    const checked = verified === true ? ', and Open WebUI can use it' : ''
    return [
      `${column(server)} ${doing}${checked}`,
      ...(problem === null ? [] : [`    ${problem}`, ...(action === 'none' && hint !== null ? [`    ${hint}`] : [])]),
    ]
  })
  return [...lines, written ? '' : 'Nothing had to be written.'].filter((line) => line !== '').join('\n')
}

export function renderVerified({ servers }: Verified): string {
  return servers
    .flatMap(({ id, ok, tools, problem, hint, duration_ms }) => [
      `${id.padEnd(22)} ${ok ? `works (${duration_ms} ms): ${tools.join(', ') || 'no tools'}` : (problem ?? 'does not work')}`,
      ...(hint === null ? [] : [`    ${hint}`]),
    ])
    .join('\n')
}

export function renderList({ open_webui, servers, invalid }: ServerList): string {
  return [
    ...connectionLines(open_webui),
    ...servers.flatMap((server) => {
      const calls = server.calls === null ? '' : `${server.calls.total} calls, ${server.calls.errors} failed in 14 days`
      const tools = server.tools_problem ?? plural(server.tools.length, 'tool')
      return serverLines(server, [tools, calls].filter(Boolean).join('; '))
    }),
    ...invalidLines(invalid),
  ].join('\n')
}

export function renderRotated({ key_id, retired }: Rotated): string {
  return [
    `Open WebUI has the new key ${key_id}.`,
    ...retired.map((key) => `${key.key_id} works until ${key.works_until}, for chats that began with it.`),
  ].join('\n')
}
