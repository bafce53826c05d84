/** What the command line says about MCP servers. */
import type * as z from 'zod'
import type { calledSchema, GatewayView, logSchema, ServerView } from './schemas.ts'

function serverLines(server: ServerView): string[] {
  const { name, transport, state, detail, url, tools, figures } = server
  const counted = tools === null ? '' : `, ${tools.filter(({ allowed }) => allowed).length} tools`
  const calls = `${figures.calls} calls in 7 days${figures.errors === 0 ? '' : `, ${figures.errors} failed`}`
  return [
    `${name.padEnd(20)} ${state.padEnd(10)} ${transport}${counted}, ${calls}`,
    `${' '.repeat(20)} ${url}`,
    ...(detail === null ? [] : [`${' '.repeat(20)} ${detail}`]),
  ]
}

export function renderGateway({ enabled, listener, servers }: GatewayView): string {
  const off = enabled ? [] : ['MCP servers are off; hwc.ai.mcp.enable turns them on.']
  const reason =
    listener.reason === null ? [] : [`The proxy does not listen on ${listener.address}: ${listener.reason}`]
  return [...off, ...reason, ...servers.flatMap(serverLines)].join('\n')
}

export function renderCalled({ content, is_error }: z.output<typeof calledSchema>): string {
  const texts = content.map((block) =>
    typeof block['text'] === 'string' ? block['text'] : `[${String(block['type'])}]`,
  )
  return [...(is_error ? ['The tool says that it failed:'] : []), ...texts].join('\n')
}

export function renderLog({ lines, dropped }: z.output<typeof logSchema>): string {
  if (lines.length === 0) return 'It has written nothing to its standard error.'
  return [
    ...(dropped === 0 ? [] : [`(${dropped} older lines are gone)`]),
    ...lines.map(({ at, text }) => `${at} ${text}`),
  ].join('\n')
}
